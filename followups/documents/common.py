"""What the documents of a follow-up share: what a reader of it may see, names of files, data as CSV, volumes as one file."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from followups.enums.documents import DocumentKind
from followups.models import FollowUp
from followups.permissions import can_see_names
from followups.queries.follow_ups import participations_of, row_of
from portal import clock
from portal.documents import Attachment, render_pdf
from portal.documents.volumes import Volume, render_volumes
from portal.exchange.writing import Heading, write_csv
from portal.jobs.registry import Output, Progress
from regions.models import User

PDF_TYPE, CSV_TYPE, ZIP_TYPE = "application/pdf", "text/csv", "application/zip"
# A line of a table's text, and what fits a page of lines: for planning volumes, where a tenth more or less is nothing.
LINES_A_PAGE = 49

Row = TypeVar("Row")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column of the attached data: its heading and what it says of a row."""

    heading: Any
    value: Callable[[Row], Any]


@dataclass(frozen=True)
class Document(Generic[Row]):
    """A document of a follow-up with a row a line: all that differs between one and another.

    `rows(user, follow_up)`: only what the user may see. `overview(user, follow_up,
    rows)`: what the template's first volume says of all of them, `part(rows)` what each says of its own. `columns`: of the
    attached CSV, called `data`. `lines(row)`: about how many lines of text the row takes.
    """

    kind: DocumentKind
    template: str
    data: Any
    columns: Sequence[Column[Row]]
    rows: Callable[[User, FollowUp], Sequence[Row]]
    overview: Callable[[User, FollowUp, Sequence[Row]], dict[str, Any]]
    part: Callable[[Sequence[Row]], dict[str, Any]]
    lines: Callable[[Row], float]


def render_document(
    document: Document[Any], follow_up: FollowUp, *, user: User, language: str, progress: Progress
) -> Output:
    """A PDF, or the numbered volumes of a long one as a zip. `follow_up` comes from `with_progress`, seen by the user.

    PDF/UA-1 and PDF/A-3a, each volume with its own rows attached. About ten seconds for each 500 rows; `progress` tells
    volumes.
    """
    with translation.override(language):
        rows = document.rows(user, follow_up)
        name = file_name(document, follow_up)
        frame = {**frame_of(user, follow_up), **document.overview(user, follow_up, rows), "document": document}

        def render(volume: Volume[Any], heartbeat: Callable[[], None]) -> bytes:
            context = {**frame, **document.part(volume.rows), "volume": volume}
            data = _data(document, volume.rows)
            return render_pdf(document.template, context, language=language, attachments=[data], heartbeat=heartbeat)

        volumes = list(
            render_volumes(rows, pages=lambda row: document.lines(row) / LINES_A_PAGE, render=render, progress=progress)
        )
        if len(volumes) == 1:
            return Output(f"{name}.pdf", volumes[0][1], PDF_TYPE)
        return Output(f"{name}.zip", _zipped(name, volumes), ZIP_TYPE)


def lines(*texts: Any) -> str:
    """The texts below each other; what is empty or None leaves no line."""
    return "\n".join(str(text) for text in texts if text)


def labelled(label: str, text: str) -> str:
    """ "Label: text", or nothing where there is no text."""
    return f"{label}: {text}" if text else ""


def lines_in(text: str, width: int) -> int:
    """About how many lines a text takes in a column of so many characters."""
    return sum(-(-len(part) // width) or 1 for part in text.split("\n"))


def frame_of(user: User, follow_up: FollowUp) -> dict[str, Any]:
    """What stands on the first page of each document; `by_name`: persons are named, `is_masked`: something is left out."""
    by_name = can_see_names(user, follow_up)
    return {
        "follow_up": follow_up,
        "row": row_of(follow_up),
        "participations": list(participations_of(user, follow_up)),
        "by_name": by_name,
        "is_masked": not by_name,
        "made_by": str(user),
        "made_at": clock.now(),
    }


def file_name(document: Document[Any], follow_up: FollowUp) -> str:
    """ "revisionsrapport-norrmed-ab-kirurgiska-instrument-2026-12-02": without its ending, in the active language."""
    parts = (document.kind.label, follow_up.supplier.name, follow_up.category.name)
    return f"{'-'.join(slugify(str(part))[:60] for part in parts)}-{clock.today().isoformat()}"


def _data(document: Document[Any], rows: Iterable[Any]) -> Attachment:
    headings = [Heading(str(column.heading)) for column in document.columns]
    content = b"".join(write_csv(headings, ([column.value(row) for column in document.columns] for row in rows)))
    return Attachment(str(document.data), content, CSV_TYPE, _("The rows of the document, with all they say"))


def _zipped(name: str, volumes: Iterable[tuple[Volume[Any], bytes]]) -> bytes:
    """The volumes in one file, each named by its number."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for volume, pdf in volumes:
            part = _("volume-%(number)02d-of-%(total)02d") % {"number": volume.number, "total": volume.total}
            archive.writestr(f"{name}-{part}.pdf", pdf)
    return content.getvalue()
