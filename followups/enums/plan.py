"""The words of the yearly call for contracts and of the follow-up plan."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Answering(models.TextChoices):
    """How a region answered the call."""

    CHOSEN = "chosen", _("chosen contracts")
    SAME = "same", _("same as last year")
    NONE = "none", _("no contracts")


class PlannedKind(models.TextChoices):
    """What sort of follow-up is planned first."""

    SELF_ASSESSMENT = "self_assessment", _("self-assessment")
    OFFICE_AUDIT = "office_audit", _("office audit")
    FACTORY_AUDIT = "factory_audit", _("factory audit")


class Met(models.TextChoices):
    """Whether a contract meets a condition. Unknown is an answer of its own: nobody has recorded it."""

    YES = "yes", _("yes")
    EXTENDED = "extended", _("only if extended")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("not known")


class Choice(models.TextChoices):
    """What a list of candidates can be narrowed to."""

    UNDECIDED = "undecided", _("not yet decided")
    CHOSEN = "chosen", _("to be followed up")
    NOT_CHOSEN = "not-chosen", _("not this year")
    UNAGREED = "unagreed", _("waiting for the area coordinator")


# Where a clause version says nothing else, these of its parameters show that it gives the right.
AUDIT_PARAMETERS = frozenset({"audit_notice"})
SANCTION_PARAMETERS = frozenset({"penalty", "penalty_weeks", "call_off_stop"})

# Months that a contract runs past the audit, until the secretariat sets another number.
MONTHS_PAST_AUDIT = 12
