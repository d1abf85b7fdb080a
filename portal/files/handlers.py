"""What is refused before it is received: Django limits the text of a form, but not the files in it."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class WithinLimits(FileUploadHandler):
    """The first of the upload handlers. It stores nothing; it asks the declared length, which the server holds to.

    Who has neither logged in nor come by what leaves one of `FORM_UPLOAD_SESSION_KEYS` in the session has no form with
    files; others may send as much as the largest form takes. Raises RequestDataTooBig, which is answered by the page
    413 before anything lies on the disk.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, Any],  # noqa: N803 - Django's name
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        user = getattr(self.request, "user", None)
        known = (user is not None and user.is_authenticated) or self._has_come_in()
        if content_length > (settings.FORM_UPLOAD_MAX_BYTES if known else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            raise RequestDataTooBig("More was sent than any form of the portal takes.")

    def _has_come_in(self) -> bool:
        session = getattr(self.request, "session", None)
        return session is not None and any(session.get(key) for key in settings.FORM_UPLOAD_SESSION_KEYS)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one have the file."""
