from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RunState(TextChoices):
    """checking → ready, refused or failed; ready → importing → done or outdated; outdated → checking."""

    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Ready to be imported")
    REFUSED = "refused", _("Has errors")
    IMPORTING = "importing", _("Being imported")
    DONE = "done", _("Imported")
    OUTDATED = "outdated", _("Out of date")


# A job is at it.
UNDER_WAY = (RunState.CHECKING, RunState.IMPORTING)


class Form(TextChoices):
    """What a file can be written as."""

    XLSX = "xlsx", _("Excel workbook (.xlsx)")
    CSV = "csv", _("Text with semicolons (.csv)")
