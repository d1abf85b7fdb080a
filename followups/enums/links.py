"""Who comes in by an access link, without an account."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Holder(models.TextChoices):
    """What a link is for. Supplier and auditor see one follow-up; a reporter hands in severe deviations of a contract."""

    SUPPLIER = "supplier", _("supplier contact")
    AUDITOR = "auditor", _("auditor")
    REPORTER = "reporter", _("reports severe deviations")
