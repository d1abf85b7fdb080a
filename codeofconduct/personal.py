"""What in a text points at a person: found before it is shown to others, never taken out by itself."""

import re
from collections.abc import Iterable

# An e-mail address, a Swedish telephone number with its dividers, a Swedish personal identity number
# (month and day as in a date; an organisation number has 20 or more where the month stands).
_TELLING = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\d+])(?:\+46[ -]?\(?0?\)?\d{1,3}|0\d{1,3})[ -]\d{2,3}(?:[ -]?\d{2,3}){1,3}(?![\d-])"
    r"|(?<![\d-])(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])[-+]?\d{4}(?![\d-])"
)
_SHORTEST_PART = 3


def personal_data_in(text: str, names: Iterable[str] = ()) -> list[str]:
    """Addresses, numbers, and the `names` or parts of them that stand in the text, each once, as they stand there.

    Parts shorter than three letters are looked for only as part of the whole name: "Ek" is a tree too.
    """
    parts = {part for name in names for part in (name, *name.split()) if len(part) >= _SHORTEST_PART}
    found = list(_TELLING.findall(text))
    if parts:
        longest_first = sorted(parts, key=len, reverse=True)
        # "Anns" too: a Swedish genitive has no apostrophe.
        found += re.findall(rf"\b(?:{'|'.join(map(re.escape, longest_first))})(?=s?\b)", text)
    return list(dict.fromkeys(found))
