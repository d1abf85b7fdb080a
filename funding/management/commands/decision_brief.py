from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from funding.documents.brief import DECISION_BRIEF
from funding.management.writing import write, year_or_error

ENDINGS = (".pdf", ".docx")


class Command(BaseCommand):
    help = "Write a region's decision brief: as a PDF (PDF/UA-1 and PDF/A-3a) or for Word, by the file's ending."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--region", required=True, metavar="COUNTY_CODE")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE.pdf|FILE.docx")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="sv")

    def handle(self, *args: object, year: int, region: str, output: Path, language: str, **options: object) -> None:
        """One sentence, and no file, where the year or the region is missing or the file cannot be written."""
        with translation.override(language):
            if output.suffix.lower() not in ENDINGS:
                raise CommandError(_("Give a file that ends in .pdf or .docx, not %(path)s.") % {"path": output})
            prepared = DECISION_BRIEF.prepare(year_or_error(year))
            try:
                made = DECISION_BRIEF.render(prepared, region, _("the command line"), language)
            except KeyError:
                sentence = _("No region with the county code %(code)s has a contribution in %(year)s.")
                raise CommandError(sentence % {"code": region, "year": year}) from None
            write(self, output, {Path(each.name).suffix: each.content for each in made}[output.suffix.lower()])
