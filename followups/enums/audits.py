"""What sorts of audits there are, what they look at, who pays, and how a requirement is judged."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditKind(models.TextChoices):
    """A follow-up audit looks again at what an earlier audit found."""

    OFFICE = "office", _("office audit")
    FACTORY = "factory", _("factory audit")
    FOLLOW_UP = "follow_up", _("follow-up audit")


class Scope(models.TextChoices):
    """What the audit looks at: at least one of the two."""

    DUE_DILIGENCE = "due_diligence", _("due diligence")
    ENVIRONMENT = "environment", _("systematic environmental work")
    BOTH = "both", _("due diligence and systematic environmental work")


class Payer(models.TextChoices):
    """Who pays for an audit (product.md: office audit and first follow-up audit are the cooperation's)."""

    COOPERATION = "cooperation", _("the cooperation")
    SUPPLIER = "supplier", _("the supplier")


class Judgement(models.TextChoices):
    """How a process requirement is met, the best first."""

    FULFILLED = "fulfilled", _("fulfilled")
    PARTLY = "partly", _("partly fulfilled")
    NOT_FULFILLED = "not", _("not fulfilled")


class AuditState(models.TextChoices):
    """How far an audit has come. Derived from who has done what, never stored."""

    ORDERED = "ordered", _("ordered")
    BOOKED = "booked", _("booked")
    CARRIED_OUT = "carried_out", _("carried out")
    HANDED_IN = "handed_in", _("handed in")
    APPROVED = "approved", _("approved")
    CANCELLED = "cancelled", _("cancelled")


# Kinds whose first audit in a follow-up the cooperation pays; the supplier pays every other audit.
FIRST_IS_PAID = (AuditKind.OFFICE, AuditKind.FOLLOW_UP)
