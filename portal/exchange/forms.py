"""Input: a file, and what an export is to hold."""

from pathlib import PurePath
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from portal.exchange.engine.exporting import MEDIA_TYPES
from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.enums import Form
from portal.files.checks import Upload, check_size, clean_name
from portal.ui.forms import PortalForm


class TableField(forms.FileField):
    """A workbook or a text file with columns. Cleans to an `Upload`; whether it can be read the check will tell.

    `types`: the media type of a file by the ending of its name.
    """

    types: ClassVar[dict[str, str]] = {f".{form}": MEDIA_TYPES[form] for form in Form}
    widget = forms.FileInput
    default_error_messages = {
        "required": _("Choose a file."),
        "type": _("The file is called %(name)s. Choose a file of type .xlsx or .csv."),
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        return {**super().widget_attrs(widget), "accept": ",".join(self.types)}

    def to_python(self, data: UploadedFile | None) -> Upload | None:  # type: ignore[override]  # it cleans to more
        if not isinstance(data, UploadedFile):
            return None
        check_size(data.size or 0)
        name = clean_name(data.name or "")
        media_type = self.types.get(PurePath(name).suffix.lower())
        if media_type is None:
            raise ValidationError(self.error_messages["type"], code="type", params={"name": name})
        return Upload(name, media_type, data.read())


class ImportForm(PortalForm):
    """The file to bring in."""

    file = TableField(label=_("File"), help_text=_("An Excel workbook (.xlsx) or a text file (.csv), at most 20 MB."))


class ExportForm(PortalForm):
    """Which columns, and as what."""

    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one column.")},
    )
    form = forms.ChoiceField(label=_("File type"), choices=Form, initial=Form.XLSX, widget=forms.RadioSelect)

    def __init__(self, *args: Any, resource: ExchangeResource, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"columns": list(resource.columns)})
        super().__init__(*args, **kwargs)
        self.offer("columns", [(key, column.heading) for key, column in resource.columns.items()])
