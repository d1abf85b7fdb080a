from django.db import models
from django.utils.translation import gettext_lazy as _


class YearState(models.TextChoices):
    """Of a funding year. Bases are entered only while it is open."""

    OPEN = "open", _("open for figures")
    PROPOSED = "proposed", _("proposed to the regions")
    DECIDED = "decided", _("decided by the regions")
    CLOSED = "closed", _("closed for good")


class Rounding(models.TextChoices):
    """How a contribution is rounded. The memo RS/29/2022 states whole kronor; half a krona goes up."""

    WHOLE_KRONOR = "whole_kronor", _("rounding to whole kronor, 50 öre upwards")


class BasisStanding(models.TextChoices):
    """Of the figure behind a contribution: SCB's words, and one for the source that says neither."""

    PRELIMINARY = "preliminary", _("preliminary")
    FINAL = "final", _("final")
    UNSTATED = "unstated", _("not stated by the source")
