from django.db import models
from django.utils.translation import gettext_lazy as _


class Delivery(models.TextChoices):
    """How a person's reminders come (product rule 7). What is urgent is a mail of its own in all three."""

    DEFAULT = "default", _("A mail three days before and when something is late, the rest on Mondays")
    SINGLE = "single", _("A mail for each reminder, on its day")
    DIGEST = "digest", _("Everything in one mail on Mondays")
