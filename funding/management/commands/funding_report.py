from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from funding.documents.report import render_funding_report
from funding.models import FundingYear
from funding.queries.figures import year_figures


class Command(BaseCommand):
    help = "Write the funding report of a year as a PDF (PDF/UA-1 and PDF/A-3a)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--output", type=Path, required=True, metavar="FILE.pdf")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="sv")

    def handle(self, *args: object, year: int, output: Path, language: str, **options: object) -> None:
        """One sentence, and no file, where the year is missing or the file cannot be written."""
        with translation.override(language):
            funding_year = FundingYear.objects.filter(year=year).first()
            if funding_year is None:
                raise CommandError(
                    _("There is no funding year %(year)s. Open it in the portal first.") % {"year": year}
                )
            content = render_funding_report(
                funding_year, year_figures(funding_year), made_by=_("the command line"), language=language
            )
            try:
                output.write_bytes(content)
            except OSError as error:
                sentence = _("The file %(path)s cannot be written: %(reason)s.")
                raise CommandError(sentence % {"path": output, "reason": error.strerror}) from error
            self.stdout.write(_("%(path)s is written.") % {"path": output})
