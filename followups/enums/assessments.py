"""What a self-assessment ends in, and how an answer stands to the one given last time."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Recommended(models.TextChoices):
    """The secretariat's recommendation after a self-assessment: what ought to come next."""

    NOTHING_MORE = "nothing_more", _("Nothing more")
    DIALOGUE = "dialogue", _("Dialogue with the supplier")
    OFFICE_AUDIT = "office_audit", _("Office audit")
    FACTORY_AUDIT = "factory_audit", _("Factory audit")


class Since(models.TextChoices):
    """An answer beside the supplier's answer to the same question last time."""

    NEW = "new", _("not answered last time")
    SAME = "same", _("same as last time")
    CHANGED = "changed", _("changed since last time")


# A reason shorter than this says nothing concrete.
REASON_MIN = 15
