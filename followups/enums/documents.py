"""The documents that are made of a follow-up."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    """Its word in addresses, the key of its job, and its name."""

    AUDIT_REPORT = "audit-report", _("Audit report")
    ACTION_PLAN = "action-plan", _("Action plan")
