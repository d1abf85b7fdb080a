"""What commands that write a document share."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from funding.models import FundingYear


def year_or_error(year: int) -> FundingYear:
    """The opened year. Raises CommandError with a sentence where there is none."""
    funding_year = FundingYear.objects.filter(year=year).first()
    if funding_year is None:
        raise CommandError(_("There is no funding year %(year)s. Open it in the portal first.") % {"year": year})
    return funding_year


def write(command: BaseCommand, output: Path, content: bytes) -> None:
    """Write the file and say so. Raises CommandError with a sentence where it cannot be written."""
    try:
        output.write_bytes(content)
    except OSError as error:
        sentence = _("The file %(path)s cannot be written: %(reason)s.")
        raise CommandError(sentence % {"path": output, "reason": error.strerror}) from error
    command.stdout.write(_("%(path)s is written.") % {"path": output})
