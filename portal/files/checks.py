"""Is this what it says it is? Name, first bytes and structure must agree; opening the file is the proof."""

import io
import re
import threading
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import filetype
import pypdfium2
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import get_text_list
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from portal.files.models import NAME_LENGTH

# A photo of 8000 × 6250. Decoded it takes 150 MB of memory, which is what this limit protects.
MAX_PIXELS = 50_000_000
# pdfium keeps global state and isn't safe to enter from two threads of the web process.
_pdfium = threading.Lock()


@dataclass(frozen=True)
class FileType:
    """A type that may be uploaded. `open` returns the content to store and raises ValidationError."""

    label: str
    media_type: str
    extensions: tuple[str, ...]
    open: Callable[[bytes], bytes]


@dataclass(frozen=True)
class Upload:
    """A checked upload: a harmless name, the type it was proven to be, and the content to store."""

    name: str
    media_type: str
    content: bytes


def clean_name(name: str) -> str:
    """The name alone: no path, no control or invisible characters, at most 200 characters with its extension kept."""
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(" " if unicodedata.category(sign)[0] == "Z" else sign for sign in name)
    name = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C").strip(" .")
    path = PurePath(name)
    return path.stem[: NAME_LENGTH - len(path.suffix)] + path.suffix[:NAME_LENGTH]


def check_size(size: int) -> None:
    """Raises ValidationError for an empty file and for one above the limit; `size` in bytes."""
    if size == 0:
        raise ValidationError(_("The file is empty. Choose another file."), code="empty")
    if size > settings.FILE_UPLOAD_MAX_BYTES:
        raise ValidationError(
            _("The file is larger than %(limit)s MB. Choose a smaller file."),
            code="too_large",
            params={"limit": settings.FILE_UPLOAD_MAX_BYTES // 1024**2},
        )


def check_file(name: str, content: bytes, types: "Sequence[FileType]") -> Upload:
    """The upload as it may be stored. Raises ValidationError with one sentence for the person who chose the file."""
    check_size(len(content))
    name = clean_name(name)
    extension = PurePath(name).suffix.lower().removeprefix(".")
    found = next((kind for kind in types if extension in kind.extensions), None)
    if found is None:
        raise ValidationError(
            _("This type of file can't be uploaded. Choose a file of type %(types)s."),
            code="wrong_type",
            params={"types": _one_of(types)},
        )
    if filetype.guess_mime(content) != found.media_type:
        raise ValidationError(
            _("The name says %(type)s, but that is not what the file contains. Choose a file of type %(types)s."),
            code="wrong_content",
            params={"type": found.label, "types": _one_of(types)},
        )
    return Upload(name, found.media_type, found.open(content))


def _one_of(types: "Sequence[FileType]") -> str:
    """ "JPEG, PNG or PDF", in the user's language."""
    return get_text_list([kind.label for kind in types])


def _broken() -> ValidationError:
    return ValidationError(_("The file is damaged and can't be opened. Choose another copy of it."), code="broken")


def _open_image(content: bytes, image_format: str) -> bytes:
    """The picture drawn anew, upright: position, camera, comments and whatever hid behind the picture are gone."""
    try:
        with Image.open(io.BytesIO(content), formats=[image_format]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            upright = ImageOps.exif_transpose(image)
            upright.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValidationError(
            _("The picture has more than %(limit)s million pixels. Choose a smaller one."),
            code="too_many_pixels",
            params={"limit": MAX_PIXELS // 1_000_000},
        ) from None
    except Exception:  # noqa: BLE001 - Pillow's readers raise whatever a hostile file provokes
        raise _broken() from None
    kept = upright.info.get("transparency")
    upright.info = {} if kept is None else {"transparency": kept}
    if image_format == "JPEG" and upright.mode not in {"L", "RGB"}:
        upright = upright.convert("RGB")
    drawn = io.BytesIO()
    upright.save(drawn, image_format, **({"quality": 90, "comment": b""} if image_format == "JPEG" else {}))
    return drawn.getvalue()


def _open_pdf(content: bytes) -> bytes:
    """The same bytes, proven to be a whole PDF with a page that opens without a password."""
    if not content.rstrip(b"\0\t\n\f\r ").endswith(b"%%EOF"):
        # pdfium repairs a cut file and ignores what was glued to its end; neither is what the sender sees.
        raise _broken()
    try:
        with _pdfium, pypdfium2.PdfDocument(content) as document:
            page = document[0]
            page.get_size()
            page.close()
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise ValidationError(
                _("The PDF is protected by a password. Save it without one and choose it again."), code="encrypted"
            ) from None
        raise _broken() from None
    except IndexError:
        raise _broken() from None
    return content


JPEG = FileType("JPEG", "image/jpeg", ("jpg", "jpeg"), lambda content: _open_image(content, "JPEG"))
PNG = FileType("PNG", "image/png", ("png",), lambda content: _open_image(content, "PNG"))
PDF = FileType("PDF", "application/pdf", ("pdf",), _open_pdf)
