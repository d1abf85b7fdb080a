"""Django template → HTML → tagged PDF/A-3a → the PDF/UA marker (docs/adr/0005-pdf.md)."""

import io
import logging
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import font_source_sans_pro
import pikepdf
import weasyprint
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont
from PIL import ImageFile
from weasyprint.logger import PROGRESS_LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from portal import clock
from portal.documents import Attachment, DocumentFault

# WeasyPrint's import makes Pillow accept cut pictures, everywhere in the process: the uploads' check relies on its not.
ImageFile.LOAD_TRUNCATED_IMAGES = False

STYLESHEET = "css/document.css"
FONT_SCHEME = "font:"
# Seconds between heartbeats at least.
BEAT_S = 5
FONT_FOLDER = Path(font_source_sans_pro.font_directory)
# CSS weight → the file of the package. No italics: theirs lack Greek and more.
FONTS = {400: "SourceSansPro-Regular.ttf", 600: "SourceSansPro-Semibold.ttf"}
# PDF/A knows no property of PDF/UA: the marker must bring its own description (ISO 19005-3, 6.6.2.3).
UA_MARKER = b"""
<rdf:Description rdf:about="" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
      <pdfaProperty:name>part</pdfaProperty:name>
      <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
      <pdfaProperty:category>internal</pdfaProperty:category>
      <pdfaProperty:description>The part of ISO 14289 to which the document conforms</pdfaProperty:description>
    </rdf:li></rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
"""


class OnlyOurFonts(URLFetcher):
    """Answers for the font files alone. WeasyPrint goes on without what it was refused; `refused` tells."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=())
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        name = url.removeprefix(FONT_SCHEME)
        if not url.startswith(FONT_SCHEME) or name not in FONTS.values():
            self.refused.append(url)
            raise ValueError(url)
        return URLFetcherResponse(url, (FONT_FOLDER / name).read_bytes(), {"Content-Type": "font/ttf"})


class _Beat(logging.Handler):
    """WeasyPrint tells of each page that it lays out, and of nothing else while it works: this listens."""

    def __init__(self, heartbeat: Callable[[], None]) -> None:
        super().__init__(logging.INFO)
        self.heartbeat, self.thread, self.last = heartbeat, threading.get_ident(), time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread and time.monotonic() - self.last >= BEAT_S:
            self.last = time.monotonic()
            self.heartbeat()


@contextmanager
def beating(heartbeat: Callable[[], None] | None) -> Iterator[None]:
    """Call `heartbeat` every few seconds while pages are laid out inside; what it raises comes through."""
    if heartbeat is None:
        yield
        return
    handler, level, passes_on = _Beat(heartbeat), PROGRESS_LOGGER.level, PROGRESS_LOGGER.propagate
    PROGRESS_LOGGER.addHandler(handler)
    PROGRESS_LOGGER.setLevel(logging.INFO)
    PROGRESS_LOGGER.propagate = False
    try:
        yield
    finally:
        PROGRESS_LOGGER.removeHandler(handler)
        PROGRESS_LOGGER.setLevel(level)
        PROGRESS_LOGGER.propagate = passes_on


def render(template: str, context: Mapping[str, Any], language: str, attachments: tuple[Attachment, ...]) -> bytes:
    """See `portal.documents.render_pdf`."""
    created_at = clock.now()
    with translation.override(language):
        html = render_to_string(template, {**context, "created_at": created_at})
        page_numbers = _page_number_style(_("Page {page} of {pages}"))
    fetcher, fonts = OnlyOurFonts(), FontConfiguration()
    styles = [
        weasyprint.CSS(string=text, url_fetcher=fetcher, font_config=fonts)
        for text in (_font_style(), _stylesheet(), page_numbers)
    ]
    document = weasyprint.HTML(string=_printable(html), url_fetcher=fetcher).render(
        stylesheets=styles, font_config=fonts, pdf_variant="pdf/a-3a"
    )
    if not document.metadata.title:
        raise DocumentFault(f"{template} has no title.")
    files = [
        weasyprint.Attachment(
            string=file.content,
            url_fetcher=fetcher,
            name=file.name,
            description=file.description,
            created=created_at,
            modified=created_at,
            relationship=file.relationship,
        )
        # The PDF's list of names must be in the order of their bytes.
        for file in sorted(attachments, key=lambda file: file.name.encode())
    ]
    written = document.write_pdf(pdf_variant="pdf/a-3a", attachments=files)
    if fetcher.refused:
        raise DocumentFault(f"{template} asks for {', '.join(fetcher.refused)}, which a document may not fetch.")
    return _finished(written, {file.name: file.media_type for file in attachments})


def _finished(written: bytes, media_types: Mapping[str, str]) -> bytes:
    """The PDF with its PDF/UA marker, and the attachments' own media types instead of those guessed from their names."""
    with pikepdf.open(io.BytesIO(written)) as pdf:
        xmp = pdf.Root.Metadata.read_bytes()
        head, end, rest = xmp.rpartition(b"</rdf:RDF>")
        if not end:
            raise DocumentFault("The PDF has no XMP to which its marker could be added.")
        pdf.Root.Metadata.write(head + UA_MARKER + end + rest)
        for attached in pdf.attachments.values():
            attached.obj.EF.F.Subtype = pikepdf.Name("/" + media_types[attached.filename])
        finished = io.BytesIO()
        pdf.save(finished, deterministic_id=True)
    return finished.getvalue()


def _font_style() -> str:
    return "\n".join(
        f'@font-face {{ font-family: "Source Sans Pro"; font-weight: {weight}; src: url("{FONT_SCHEME}{name}") }}'
        for weight, name in FONTS.items()
    )


@cache
def _stylesheet() -> str:
    found = finders.find(STYLESHEET)
    if found is None:
        raise DocumentFault(f"{STYLESHEET} is missing.")
    return Path(found).read_text(encoding="utf-8")


def _page_number_style(text: str) -> str:
    """`Page {page} of {pages}` as the content of the foot: the words come from the catalogue, the numbers from the layout."""
    parts = [
        f"counter({part[1:-1]})" if part in {"{page}", "{pages}"} else '"' + re.sub(r'[\\"]', r"\\\g<0>", part) + '"'
        for part in re.split(r"(\{pages?\})", text)
        if part
    ]
    return f"@page {{ @bottom-right {{ content: {' '.join(parts)} }} }}"


@cache
def _glyphs() -> frozenset[int]:
    """The characters that both of our font files can draw."""
    return frozenset.intersection(*(frozenset(TTFont(FONT_FOLDER / name).getBestCmap()) for name in FONTS.values()))


def _printable(html: str) -> str:
    """Text that our fonts can draw, the same on every machine: what they lack stands as its code point, 中 as [U+4E2D].

    A glyph that is missing would be an empty box, which PDF/A forbids; nothing is lost this way.
    """

    def drawn(sign: str) -> str:
        if ord(sign) in _glyphs() or sign in "\n\r\t\u00ad":
            return sign
        return "" if unicodedata.category(sign) in {"Cc", "Cf", "Mn"} else f"[U+{ord(sign):04X}]"

    # Piece by piece: composed across it, a text that begins with U+0338 would turn the > of the tag before it into ≯.
    html = ">".join(unicodedata.normalize("NFC", piece) for piece in html.split(">"))
    return html.translate({ord(sign): drawn(sign) for sign in set(html)})
