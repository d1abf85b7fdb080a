from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from funding.documents.report import render_funding_report
from funding.management.writing import write, year_or_error
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
            funding_year = year_or_error(year)
            figures = year_figures(funding_year)
            made_by = _("the command line")
            write(self, output, render_funding_report(funding_year, figures, made_by=made_by, language=language))
