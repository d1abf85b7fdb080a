"""Sentences that several actions refuse with."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def ended() -> ValidationError:
    return ValidationError(_("The follow-up has ended. Nothing can be added to it."), code="ended")


def settled() -> ValidationError:
    return ValidationError(_("The audit is approved or cancelled. Nothing in it can be changed."), code="settled")


def handed_in() -> ValidationError:
    return ValidationError(
        _("The audit is handed in. If something is missing, ask the secretariat to give it back to you."),
        code="handed_in",
    )
