from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ScanState(TextChoices):
    """What the virus scanner said. Nothing is connected yet, and a page that offers the file says so openly."""

    NOT_SCANNED = "not_scanned", _("Not scanned for viruses")
