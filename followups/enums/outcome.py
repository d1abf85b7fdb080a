"""What a follow-up can lead to: the remedy ladder, from talking to ending the contract."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Remedy(models.TextChoices):
    """A step of the remedy ladder in the contract clause, the mildest first; `none`: a region decides on no sanction."""

    NONE = "none", _("no sanction")
    DIALOGUE = "dialogue", _("dialogue")
    PENALTY = "penalty", _("penalty")
    CALL_OFF_STOP = "call_off_stop", _("call-off stop")
    TERMINATION = "termination", _("termination")


# What the secretariat can recommend; a region can also decide on nothing.
LADDER = (Remedy.DIALOGUE, Remedy.PENALTY, Remedy.CALL_OFF_STOP, Remedy.TERMINATION)
