import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction

from portal.exchange import registry
from portal.exchange.engine.importing import take_file
from portal.exchange.engine.rows import FileRefused, Outcome
from portal.exchange.refusals import sentence_of
from portal.history.models import SystemActor

# Of the errors that are printed; the count is of all.
PRINTED = 200


class Command(BaseCommand):
    help = "Import a file of rows: all of it, or nothing. Prints the receipt and exits 0, or the errors and exits 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=[kind.key for kind in registry.all_kinds()])
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--subject", default="", help="public id of what the rows belong to, for kinds of one thing"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what the file would do, and write nothing")

    def handle(self, *args: object, **options: Any) -> None:
        kind, path = registry.get(options["kind"]), options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        by = SystemActor("command line")
        subject = kind.subject_of(by, options["subject"]) if kind.subject_of else None
        if kind.subject_of and subject is None:
            raise CommandError("Say with --subject what the rows belong to.")
        checksum = hashlib.sha256(path.read_bytes()).hexdigest()
        try:
            with pghistory.context(command="import_rows", sha256=checksum), transaction.atomic():
                resource = kind.resource(by=by, subject=subject)
                outcome = take_file(resource, path, path.name, writes=not options["dry_run"])
                transaction.set_rollback(options["dry_run"] or not outcome.is_fit)
        except FileRefused as refused:
            raise CommandError(str(refused)) from None
        except DatabaseError as error:
            raise CommandError(sentence_of(error)) from None
        self._tell(outcome, path.name, checksum, options["dry_run"])

    def _tell(self, outcome: Outcome, name: str, checksum: str, dry_run: bool) -> None:
        for notice in outcome.notices:
            self.stderr.write(notice)
        if not outcome.is_fit:
            for fault in outcome.faults[:PRINTED]:
                found = f" [{fault.found}]" if fault.found else ""
                place = ", ".join(filter(None, (f"row {fault.row}" if fault.row else "file", fault.column)))
                self.stderr.write(f"{place}{found}: {fault.message}")
            raise CommandError(f"{outcome.fault_count} errors. Nothing was imported.")
        done = "would be imported" if dry_run else "imported"
        self.stdout.write(
            f"{name}: {outcome.rows} rows {done}: {outcome.new} new, {outcome.changed} changed, "
            f"{outcome.unchanged} unchanged. SHA-256 {checksum}"
        )
