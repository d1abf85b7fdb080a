"""The field through which every file comes in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from portal.files.checks import JPEG, PDF, PNG, FileType, Upload, check_file, check_size


class UploadField(forms.FileField):
    """A file of one of `types`, checked. Cleans to an `Upload`, or None where none was chosen or required."""

    widget = forms.FileInput
    default_error_messages = {"required": _("Choose a file.")}

    def __init__(self, *, types: Sequence[FileType] = (JPEG, PNG, PDF), **kwargs: Any) -> None:
        self.types = tuple(types)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        """The browser's dialogue shows the allowed types first."""
        names = (f".{extension}" for kind in self.types for extension in kind.extensions)
        return {**super().widget_attrs(widget), "accept": ",".join(names)}

    def to_python(self, data: UploadedFile | None) -> Upload | None:  # type: ignore[override]  # it cleans to more
        """Raises ValidationError with one sentence. The content is read only after its size was found acceptable."""
        if not isinstance(data, UploadedFile):
            return None
        check_size(data.size or 0)
        return check_file(data.name or "", data.read(), self.types)
