import hashlib
from argparse import ArgumentParser
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.exchange import registry
from portal.exchange.engine.importing import take_file
from portal.exchange.engine.rows import FileRefused, Outcome
from portal.exchange.management.asked import add_kind
from portal.exchange.refusals import sentence_of
from portal.exchange.work import one_at_a_time
from portal.history.models import SystemActor

# Of the errors that are printed; the count is of all.
PRINTED = 200


class Command(BaseCommand):
    help = "Import a file of rows: all of it, or nothing. Prints the receipt and exits 0, or the errors and exits 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_kind(parser, coming_in=True)
        parser.add_argument("--dry-run", action="store_true", help="say what the file would do, and write nothing")

    def handle(self, *args: object, **options: Any) -> None:
        path, by = options["file"], SystemActor("command line")
        with translation.override(options["language"]):
            kind = registry.by_word(options["kind"])
            if not path.exists():
                raise CommandError(_("There is no file %(file)s.") % {"file": path})
            try:
                checksum = hashlib.sha256(path.read_bytes()).hexdigest()
                with pghistory.context(command="import_rows", sha256=checksum), transaction.atomic():
                    one_at_a_time(kind.key)
                    resource = kind.resource(by=by)
                    outcome = take_file(resource, path, path.name, writes=not options["dry_run"])
                    transaction.set_rollback(options["dry_run"] or not outcome.is_fit)
            except OSError as error:
                message = _("%(file)s can't be opened: %(reason)s.")
                raise CommandError(message % {"file": path, "reason": error.strerror}) from None
            except FileRefused as refused:
                raise CommandError(str(refused)) from None
            except DatabaseError as error:
                raise CommandError(sentence_of(error)) from None
            self._tell(outcome, path.name, checksum, options["dry_run"])

    def _tell(self, outcome: Outcome, name: str, checksum: str, dry_run: bool) -> None:
        for notice in outcome.notices:
            self.stderr.write(notice)
        if not outcome.is_fit:
            self._tell_faults(outcome)
        done = _("Nothing was written; this is what the file would do.") if dry_run else _("All of the file is in.")
        counts = _("Rows: %(rows)s. New: %(new)s. Changed: %(changed)s. Unchanged: %(unchanged)s.") % {
            "rows": outcome.rows,
            "new": outcome.new,
            "changed": outcome.changed,
            "unchanged": outcome.unchanged,
        }
        self.stdout.write(f"{name}: {done}\n{counts}\nSHA-256: {checksum}")

    def _tell_faults(self, outcome: Outcome) -> None:
        for fault in outcome.faults[:PRINTED]:
            row = _("Row %(number)s") % {"number": fault.row} if fault.row else _("The file")
            found = f" [{fault.found}]" if fault.found else ""
            self.stderr.write(f"{', '.join(filter(None, (row, fault.column)))}{found}: {fault.message}")
        if outcome.fault_count > PRINTED:
            self.stderr.write("…")
        message = ngettext(
            "%(count)s error. Nothing was imported.", "%(count)s errors. Nothing was imported.", outcome.fault_count
        )
        raise CommandError(message % {"count": outcome.fault_count})
