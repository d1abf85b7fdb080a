"""Fields that several forms of this room share. Values are public ids, codes and keys, never counters."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from portal import clock
from portal.files.checks import Upload
from portal.files.forms import UploadField
from portal.ui.forms import DateField

FILES_MAX = 10


def refuse_past(day: date | None) -> None:
    if day is not None and day < clock.today():
        raise ValidationError(_("The date has already passed. Choose today or a later day."), code="past")


def check_validity(form: forms.BaseForm) -> None:
    """`valid_until_on` is no earlier than `effective_on`: said at the later date's field."""
    first, last = form.cleaned_data.get("effective_on"), form.cleaned_data.get("valid_until_on")
    if first and last and last < first:
        form.add_error("valid_until_on", _("The document cannot end before its effective date."))


class FutureDateField(DateField):
    """Today or later."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        refuse_past(value)


class SubmissionField(forms.Field):
    """A UUID that the form proposes, so that sending it twice makes one row."""

    widget = forms.HiddenInput
    default_error_messages = dict.fromkeys(
        ("required", "invalid"), _("The page was too old to save from. Load it again; copy your text first.")
    )

    def __init__(self) -> None:
        super().__init__(initial=uuid.uuid4)

    def to_python(self, value: Any) -> uuid.UUID | None:
        if value in self.empty_values:
            return None
        try:
            return uuid.UUID(value)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class UploadsField(UploadField):
    """Several files, each checked as one. Cleans to a list of uploads; the first fault is named with its file."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        chosen = [item for item in (data if isinstance(data, list | tuple) else [data]) if item]
        if not chosen:
            super().clean(None, initial)
            return []
        if len(chosen) > FILES_MAX:
            raise ValidationError(
                ngettext_lazy("Choose at most %(limit)d file.", "Choose at most %(limit)d files.", "limit"),
                params={"limit": FILES_MAX},
            )
        uploads, errors = [], []
        for item in chosen:
            try:
                uploads.append(super().clean(item, initial))
            except ValidationError as error:
                errors.append(_("%(name)s: %(fault)s") % {"name": item.name, "fault": " ".join(error.messages)})
        if errors:
            raise ValidationError(errors)
        return uploads
