"""Sentences that several actions refuse with."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def ended() -> ValidationError:
    return ValidationError(_("The follow-up has ended. Nothing can be added to it."), code="ended")
