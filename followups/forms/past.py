"""Input about documents from before the portal."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from followups.enums.reuse import DocumentKind
from followups.models import FollowUp
from portal.files.checks import PDF, Upload, check_size, clean_name
from portal.files.forms import UploadField
from portal.ui.forms import PortalForm

ZIP = "application/zip"


class ArchiveField(forms.FileField):
    """A zip file. Cleans to an `Upload`; what is in it the action judges, file by file."""

    widget = forms.FileInput
    default_error_messages = {
        "required": _("Choose a file."),
        "type": _("The file is called %(name)s. Choose a file of type .zip."),
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        return {**super().widget_attrs(widget), "accept": ".zip"}

    def to_python(self, data: UploadedFile | None) -> Upload | None:  # type: ignore[override]  # it cleans to more
        if not isinstance(data, UploadedFile):
            return None
        check_size(data.size or 0)
        name = clean_name(data.name or "")
        if not name.casefold().endswith(".zip"):
            raise ValidationError(self.error_messages["type"], code="type", params={"name": name})
        return Upload(name, ZIP, data.read())


class ArchiveForm(PortalForm):
    """A zip with reports."""

    archive = ArchiveField(
        label=_("Zip file with PDF reports"),
        help_text=_("At most 20 MB; send several where there is more. Each report is matched by its file name."),
    )


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, capfirst(str(kind.label))) for kind in DocumentKind]


class MatchForm(PortalForm):
    """Whose a document is that waits."""

    follow_up = forms.ModelChoiceField(
        FollowUp.objects.none(),
        to_field_name="public_id",
        label=_("Which follow-up does it belong to?"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose the follow-up.")},
    )
    kind = forms.ChoiceField(label=_("What is it?"))

    def __init__(self, *args: Any, follow_ups: list[FollowUp], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among = FollowUp.objects.filter(pk__in=[each.pk for each in follow_ups])
        self.offer("follow_up", among.select_related("supplier", "category", "past").order_by("supplier__name", "pk"))
        self.fields["follow_up"].label_from_instance = _named  # type: ignore[attr-defined]
        self.offer("kind", _kinds())


def _named(follow_up: FollowUp) -> str:
    past = getattr(follow_up, "past", None)
    told = f"{past.key}, {past.carried_out_on}" if past else follow_up.get_state_display()
    return f"{follow_up} · {told}"


class SearchForm(PortalForm):
    """The query string: a supplier whose follow-ups are offered."""

    is_filter = True

    q = forms.CharField(label=_("Name of the supplier"), required=False, max_length=100)


class AttachForm(PortalForm):
    """A PDF to put on a follow-up."""

    kind = forms.ChoiceField(label=_("What is it?"), initial=DocumentKind.SELF_ASSESSMENT.value)
    upload = UploadField(types=(PDF,), label=_("Document"), help_text=_("A PDF, at most 20 MB."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kind", _kinds())
