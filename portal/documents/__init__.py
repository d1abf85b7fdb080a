"""Documents: a template in, a PDF out that a screen reader can read (PDF/UA-1) and an archive can keep (PDF/A-3a).

The renderer and its native libraries are loaded with the first document, not with the portal.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Attachment:
    """A file inside the document: the data it was made from. `name` as it is offered for saving."""

    name: str
    content: bytes
    media_type: str
    description: str
    relationship: str = "Source"


class DocumentFault(Exception):  # noqa: N818 - a fault of the template, not of the input
    """The template asks for something that a document may not have: an address outside of it, or no title."""


def render_pdf(
    template: str,
    context: Mapping[str, Any],
    *,
    language: str,
    attachments: Iterable[Attachment] = (),
    heartbeat: Callable[[], None] | None = None,
) -> bytes:
    """Render `template` (it extends `documents/base.html`) in `language`; the same input and moment give the same bytes.

    Nothing is fetched from anywhere: the fonts come from their package, pictures are drawn in the template.
    `heartbeat` is called while pages are laid out, every few seconds; what it raises ends the work.
    Raises DocumentFault where the template wants more.
    """
    from portal.documents import rendering

    with rendering.beating(heartbeat):
        return rendering.render(template, context, language, tuple(attachments))
