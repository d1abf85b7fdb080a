from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.exchange import registry
from portal.exchange.engine.exporting import chosen, write_rows
from portal.exchange.enums import Form
from portal.exchange.management.asked import add_kind
from portal.exchange.writing import TooLong
from portal.history.models import SystemActor


class Command(BaseCommand):
    help = "Export all rows of a kind to a file, .xlsx or .csv by its name. What it writes can be imported again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_kind(parser)
        parser.add_argument("--columns", nargs="+", default=[], help="keys of columns; all of them if none is named")

    def handle(self, *args: object, **options: Any) -> None:
        path, by = options["file"], SystemActor("command line")
        form = path.suffix.lower().removeprefix(".")
        with translation.override(options["language"]):
            if form not in Form.values:
                raise CommandError(_("The file's name ends with .xlsx or .csv."))
            kind = registry.by_word(options["kind"])
            resource = kind.resource(by=by)
            if unknown := sorted(set(options["columns"]) - set(resource.columns)):
                message = _("There is no column %(names)s. The columns are %(known)s.")
                raise CommandError(message % {"names": ", ".join(unknown), "known": ", ".join(resource.columns)})
            rows = kind.rows(by, QueryDict(""))
            # Whole or not there: what is written first bears another name.
            part = path.with_name(f"{path.name}.part")
            try:
                part.touch()
                write_rows(resource, rows, chosen(resource, options["columns"]), Form(form), part)
                part.replace(path)
            except OSError as error:
                message = _("%(file)s can't be written: %(reason)s.")
                raise CommandError(message % {"file": path, "reason": error.strerror}) from None
            except TooLong as text:
                raise CommandError(str(text)) from None
            finally:
                part.unlink(missing_ok=True)
            count = rows.count()
            told = ngettext("%(count)s row.", "%(count)s rows.", count) % {"count": count}
            self.stdout.write(f"{path.name}: {told}")
