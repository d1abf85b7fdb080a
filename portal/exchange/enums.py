from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RunState(TextChoices):
    """checking → ready, refused, failed, or mapping, where somebody has to say what the columns hold; mapping → checking;
    ready → importing → done or outdated; outdated → checking."""

    CHECKING = "checking", _("Being checked")
    MAPPING = "mapping", _("Waits for its columns")
    READY = "ready", _("Ready to be imported")
    REFUSED = "refused", _("Has errors")
    IMPORTING = "importing", _("Being imported")
    DONE = "done", _("Imported")
    OUTDATED = "outdated", _("Out of date")


# A job is at it.
UNDER_WAY = (RunState.CHECKING, RunState.IMPORTING)
# It can be checked, or checked again.
AT_REST = (RunState.MAPPING, RunState.READY, RunState.REFUSED, RunState.OUTDATED)


class Form(TextChoices):
    """What a file can be written as."""

    XLSX = "xlsx", _("Excel workbook (.xlsx)")
    CSV = "csv", _("Text with semicolons (.csv)")
