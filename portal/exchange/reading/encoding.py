"""How a CSV file writes its characters."""

import codecs
import mmap
import re
from pathlib import Path

from portal.exchange.reading.unreadable import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_BYTES_AT_A_TIME = 1024**2
# A letter outside of ASCII as UTF-8 writes it. By chance, Windows-1252 writes such pairs hardly ever: Ã¥ is no word.
_IN_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_OUTSIDE_ASCII = re.compile(rb"[\x80-\xff]")


def encoding_of(path: Path) -> str:
    """The codec of a CSV file: what its mark says, else UTF-8 if the whole file is, else Windows-1252.

    Raises Unreadable where it is none of them, naming the row (line) and the byte, both from 1.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for mark, codec, name in _MARKS:
            if content[: len(mark)] == mark:
                fault = _first_fault(content, codec)
                if fault is not None:
                    # In UTF-16 a line is not counted by its bytes; the place in the file must do.
                    raise _refusal("encoding", content, fault, encoding=name)
                return codec
        if (nul := content.find(b"\0")) >= 0:
            raise _refusal("nul", content, nul)
        fault = _first_fault(content, "utf-8")
        if fault is None:
            return "utf-8"
        if _is_mostly_utf8(content):
            raise _refusal("mixed_encoding", content, fault)
        fault = _first_fault(content, "cp1252")
        if fault is not None:
            raise _refusal("encoding", content, fault, encoding="UTF-8 / Windows-1252")
        return "cp1252"


def _first_fault(content: mmap.mmap, codec: str) -> int | None:
    """Where the first byte stands that can't be decoded, counted from 0."""
    decoder = codecs.getincrementaldecoder(codec)()
    for start in range(0, len(content), _BYTES_AT_A_TIME):
        # A character cut by the step before is kept by the decoder and told as part of the next one's input.
        kept = len(decoder.getstate()[0])
        end = min(start + _BYTES_AT_A_TIME, len(content))
        try:
            decoder.decode(content[start:end], final=end == len(content))
        except UnicodeDecodeError as error:
            return start - kept + error.start
    return None


def _is_mostly_utf8(content: mmap.mmap) -> bool:
    letters = outside = 0
    for start in range(0, len(content), _BYTES_AT_A_TIME):
        part = content[start : start + _BYTES_AT_A_TIME]
        letters += sum(len(found) for found in _IN_UTF8.findall(part))
        outside += len(_OUTSIDE_ASCII.findall(part))
    return letters * 2 >= outside > 0


def _refusal(code: str, content: mmap.mmap, at: int, **params: str) -> Unreadable:
    before = content[:at]
    rows = before.count(b"\n") or before.count(b"\r")
    return Unreadable(code, row=rows + 1, byte=at + 1, **params)
