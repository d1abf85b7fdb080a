"""What in a text points at a person: found before it is shown to others, never taken out by itself."""

import re
from collections.abc import Iterable

# What people write between the digits of a number: a space, one that doesn't break, a hyphen, a dash.
_GAP = r"[ \u00a0\u2013-]"
# An e-mail address; a Swedish telephone number with its country, a mobile one, and another with a gap after its area;
# a Swedish personal identity number (month and day as in a date, the day of a coordination number 60 higher; an
# organisation number has 20 or more where the month stands).
_TELLING = re.compile(
    r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    rf"|(?<!\d)(?:\+|00)46{_GAP}?(?:\(?0\)?{_GAP}?)?[1-9](?:{_GAP}?\d){{6,8}}(?!\d)"
    rf"|(?<![\d+])(?<!\d-)07[02369]\)?(?:{_GAP}?\d){{7}}(?!\d)"
    rf"|(?<![\d+])(?<!\d-)0(?:8|[1-9]\d{{1,2}}){_GAP}\d{{2,3}}(?:{_GAP}?\d{{2,3}}){{1,3}}(?![\d-])"
    r"|(?<![\d-])(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])[ \u00a0\u2013+-]?\d{4}(?![\d-])"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_BETWEEN_NAMES = {"region", "och", "vid", "från"}
_SHORTEST_ALONE = 3


def personal_data_in(text: str, names: Iterable[str] = (), places: Iterable[str] = ()) -> list[str]:
    """Addresses, numbers, and words of the `names` that stand in the text, each once, as they stand there.

    A name of fewer than three letters is looked for only beside another one: "Ek" is a tree too. What a name says of one
    of the `places` is no name: "Anna Svensson, Region Skåne".
    """
    other = _BETWEEN_NAMES.union(*map(_words_of, places))
    words = set().union(*map(_words_of, names)) - other
    found = _TELLING.findall(text)
    if words:
        several = rf"{_one_of(words)}(?: {_one_of(words)})+"
        alone = _one_of(word for word in words if len(word) >= _SHORTEST_ALONE)
        # "Anns" too: a Swedish genitive has no apostrophe. Without the addresses, which hold names themselves.
        found += re.findall(rf"\b(?:{several}|{alone})(?=s?\b)", _TELLING.sub("|", text), re.IGNORECASE)
    return list(dict.fromkeys(found))


def _words_of(name: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(name)}


def _one_of(words: Iterable[str]) -> str:
    return rf"(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True))) or '(?!)'})"
