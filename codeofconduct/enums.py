from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentState(models.TextChoices):
    """Of a governing document's version. Documents are in force, not active."""

    DRAFT = "draft", _("draft")
    IN_FORCE = "in_force", _("in force")
    REPLACED = "replaced", _("replaced")


class Area(models.TextChoices):
    """The four areas of the code; the memo RS/29/2022 says anti-corruption for the last."""

    HUMAN_RIGHTS = "human_rights", _("human rights")
    WORKERS_RIGHTS = "workers_rights", _("workers' rights")
    ENVIRONMENT = "environment", _("environment")
    BUSINESS_ETHICS = "business_ethics", _("business ethics")


class Scheme(models.TextChoices):
    """Who issued a supplier's identifier."""

    ORGANISATION_NUMBER = "se_orgnr", _("Swedish organisation number")
    VAT = "vat", _("VAT number")
    LEI = "lei", _("LEI")
    GLN = "gln", _("GLN")
    DUNS = "duns", _("DUNS number")
    OS_ID = "os_id", _("OS ID")
    FOREIGN_REGISTER = "foreign", _("foreign register")
