"""How a private file leaves. The view has asked who may see it; here nothing is decided."""

import io

from django.core.files.storage import default_storage
from django.http import FileResponse

from portal.files.models import StoredFile


def serve_content(*, name: str, media_type: str, content: bytes) -> FileResponse:
    """A file that lies in no storage, as a download; the same promises as `serve`."""
    return _promised(
        FileResponse(io.BytesIO(content), as_attachment=True, filename=name, content_type=media_type), len(content)
    )


def serve(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """The file as a download, or in the browser with `inline`, where no script of it can run.

    Kept by no cache: the next request asks for permission anew. Raises FileNotFoundError where the storage lost it.
    """
    response = FileResponse(
        default_storage.open(stored.path, "rb"),
        as_attachment=not inline,
        filename=stored.name,
        content_type=stored.media_type,
    )
    return _promised(response, stored.size)


def _promised(response: FileResponse, size: int) -> FileResponse:
    response["Content-Length"] = size
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
