"""Documents that go on being written in Word: real styles, no letterhead, so that the reader's own template takes over."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from markdown_it.token import Token

from portal import clock
from portal.ui.prose import prose_tokens

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LANGUAGES = {"sv": "sv-SE", "en": "en-GB"}
LISTS = {"bullet_list_open": "List Bullet", "ordered_list_open": "List Number"}
DEEPEST_LIST = 3
A4 = (Mm(210), Mm(297))
# What XML cannot hold, by a typed text's mistake.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass
class _List:
    """A list that is being written: the style of its items, its own numbering if it has one, and whether an item begins."""

    style: str
    number: int | None
    begins_item: bool = False


class WordDocument:
    """Written from the top down; `content()` is the file. `title` is its property and its first line."""

    def __init__(self, *, title: str, author: str, language: str) -> None:
        self._document: DocumentType = Document()
        title, author = _writable(title), _writable(author)
        properties, now = self._document.core_properties, clock.now().replace(tzinfo=None)
        properties.title, properties.author, properties.language = title, author, LANGUAGES[language]
        properties.created = properties.modified = now
        properties.last_modified_by, properties.comments = author, ""
        for spoken in self._document.styles.element.iter(qn("w:lang")):
            spoken.set(qn("w:val"), LANGUAGES[language])
        page = self._document.sections[0]
        page.page_width, page.page_height = A4
        self._document.add_heading(title, 0)

    def heading(self, text: str, level: int = 1) -> None:
        self._document.add_heading(_writable(text), level)

    def paragraph(self, text: str) -> None:
        self._document.add_paragraph(_writable(text))

    def prose(self, text: str, *, level: int = 2, language: str | None = None) -> None:
        """A text with a little Markdown; `language` where it isn't the document's. Links stand with their address.

        Every numbered list begins with 1, also within another list, which then goes on where it was.
        """
        lists: list[_List] = []
        for token in prose_tokens(text, level):
            if token.type in LISTS:
                style = _at_level(LISTS[token.type], len(lists) + 1)
                lists.append(_List(style, self._new_number(style) if token.type == "ordered_list_open" else None))
            elif token.type in {"bullet_list_close", "ordered_list_close"}:
                lists.pop()
            elif token.type == "list_item_open":
                lists[-1].begins_item = True
            elif token.type == "heading_open":
                paragraph = self._document.add_heading("", min(int(token.tag[1:]), 9))
            elif token.type == "paragraph_open":
                paragraph = self._document.add_paragraph(style=_style_within(lists))
                if lists and lists[-1].begins_item:
                    lists[-1].begins_item = False
                    _count(paragraph, lists[-1].number)
            elif token.type == "inline":
                _write(paragraph, token.children or (), language)

    def table(self, caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int = 0) -> None:
        """A table below its caption, the first row marked as its head; the last columns are `numbers`."""
        self._document.add_paragraph(_writable(caption), style="Caption").paragraph_format.keep_with_next = True
        lines = [headings, *rows]
        table = self._document.add_table(rows=len(lines), cols=len(headings), style="Table Grid")
        # Asked for once: each look at a cell of python-docx walks through the whole table.
        cells = iter(table._cells)
        for line in lines:
            for place, text in enumerate(line):
                paragraph = next(cells).paragraphs[0]
                paragraph.add_run(_writable(text)).bold = line is headings or None
                if place >= len(headings) - numbers:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        head = table.rows[0]._tr.get_or_add_trPr()
        head.append(OxmlElement("w:cantSplit"))
        head.append(OxmlElement("w:tblHeader"))
        self._document.add_paragraph()

    def content(self) -> bytes:
        written = io.BytesIO()
        self._document.save(written)
        return written.getvalue()

    def _new_number(self, style: str) -> int:
        """A numbering of its own in the form of the style, so that each list begins with 1."""
        numbering = self._document.part.numbering_part.element
        like = numbering.num_having_numId(self._document.styles[style].element.pPr.numPr.numId.val)
        number = numbering.add_num(like.abstractNumId.val)
        number.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(number.numId)


def _writable(text: Any) -> str:
    return _UNWRITABLE.sub("", str(text))


def _at_level(style: str, level: int) -> str:
    return style if level == 1 else f"{style} {min(level, DEEPEST_LIST)}"


def _style_within(lists: Sequence[_List]) -> str | None:
    """Of the next paragraph: an item's first has its sign or number, what follows in the item only stands below it."""
    if not lists:
        return None
    return lists[-1].style if lists[-1].begins_item else _at_level("List Continue", len(lists))


def _count(paragraph: Paragraph, number: int | None) -> None:
    if number is not None:
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = number
        properties.get_or_add_ilvl().val = 0


def _write(paragraph: Paragraph, tokens: Sequence[Token], language: str | None) -> None:
    is_strong, target = False, ""
    for token in tokens:
        if token.type in {"strong_open", "em_open", "strong_close", "em_close"}:
            is_strong = token.type.endswith("open")
        elif token.type == "link_open":
            target = str(token.attrGet("href"))
        else:
            text = {"softbreak": " ", "hardbreak": "\n", "link_close": f" ({target})"}.get(token.type, token.content)
            run = paragraph.add_run(_writable(text))
            run.bold = is_strong or None
            _speak(run, language)


def _speak(run: Run, language: str | None) -> None:
    if language is not None:
        spoken = OxmlElement("w:lang")
        spoken.set(qn("w:val"), LANGUAGES[language])
        run._r.get_or_add_rPr().append(spoken)
