from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import translation

from portal.exchange import registry
from portal.exchange.engine.exporting import chosen, write_rows
from portal.exchange.enums import Form
from portal.history.models import SystemActor


class Command(BaseCommand):
    help = "Export all rows of a kind to a file, .xlsx or .csv by its name. What it writes can be imported again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=[kind.key for kind in registry.all_kinds()])
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--subject", default="", help="public id of what the rows belong to, for kinds of one thing"
        )
        parser.add_argument("--columns", nargs="*", default=[], help="keys of columns; all of them if none is named")
        parser.add_argument("--language", choices=dict(settings.LANGUAGES), default=settings.LANGUAGE_CODE)

    def handle(self, *args: object, **options: Any) -> None:
        kind, path = registry.get(options["kind"]), options["file"]
        if path.suffix.removeprefix(".") not in Form.values:
            raise CommandError("The file's name ends with .xlsx or .csv.")
        by = SystemActor("command line")
        subject = kind.subject_of(by, options["subject"]) if kind.subject_of else None
        if kind.subject_of and subject is None:
            raise CommandError("Say with --subject what the rows belong to.")
        with translation.override(options["language"]):
            resource = kind.resource(by=by, subject=subject)
            rows = kind.rows(by, QueryDict(""), subject)
            write_rows(resource, rows, chosen(resource, options["columns"]), Form(path.suffix.removeprefix(".")), path)
        self.stdout.write(f"{path.name}: {rows.count()} rows.")
