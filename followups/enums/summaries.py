"""How a summary came about and where it stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Method(models.TextChoices):
    """How the supplier was followed up, as a published summary says it."""

    SELF_ASSESSMENT = "self_assessment", _("self-assessment")
    OFFICE_AUDIT = "office_audit", _("office audit")
    FACTORY_AUDIT = "factory_audit", _("factory audit")
    FOLLOW_UP_AUDIT = "follow_up_audit", _("follow-up audit")


class Hidden(models.TextChoices):
    """Whose name a public text must not hold; the label stands in its place in a draft."""

    SUB_SUPPLIER = "sub_supplier", _("sub-supplier")
    FACILITY = "facility", _("facility")
    PERSON = "person", _("person")


class Standing(models.TextChoices):
    """Where a summary is, read off its latest edition."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")
