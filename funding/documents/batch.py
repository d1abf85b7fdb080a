"""The documents of all regions in one go, as a zip that keeps them apart: a folder for each region."""

import gc
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from funding.documents.region import RegionDocumentMaker
from portal import clock
from portal.jobs.registry import Output

ZIP_TYPE = "application/zip"


def zipped_documents(
    maker: RegionDocumentMaker,
    prepared: Any,
    regions: Sequence[tuple[str, str]],
    *,
    made_by: str,
    language: str,
    progress: Callable[[int, int], None],
) -> bytes:
    """The documents of the regions, (county code, name). `progress` tells regions; only files are kept of what was made."""
    gc.collect()
    # What the portal itself holds stays: looking through it again for each region would take as long as a page.
    gc.freeze()
    try:
        return _zipped(maker, prepared, regions, made_by, language, progress)
    finally:
        gc.unfreeze()


def documents_in(content: bytes) -> Iterator[tuple[str, Output]]:
    """What such a zip holds, each file with its region's county code."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            folder, _slash, name = entry.filename.partition("/")
            yield folder.partition("-")[0], Output(name, archive.read(entry), entry.comment.decode())


def _zipped(
    maker: RegionDocumentMaker,
    prepared: Any,
    regions: Sequence[tuple[str, str]],
    made_by: str,
    language: str,
    progress: Callable[[int, int], None],
) -> bytes:
    content, moment = io.BytesIO(), timezone.localtime(clock.now(), clock.STOCKHOLM).timetuple()[:6]
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for number, (code, name) in enumerate(regions):
            progress(number, len(regions))
            for output in maker.render(prepared, code, made_by, language):
                entry = zipfile.ZipInfo(f"{code}-{slugify(name)}/{output.name}", moment)
                entry.comment = output.media_type.encode()
                archive.writestr(entry, output.content)
            # Boxes, lines and their styles refer to each other in circles.
            gc.collect()
    progress(len(regions), len(regions))
    return content.getvalue()
