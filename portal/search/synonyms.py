"""Words that people type for words that stand on the pages: each room registers its own in `AppConfig.ready()`."""

from collections.abc import Iterable, Iterator, Mapping

_meant: dict[tuple[str, ...], tuple[str, ...]] = {}
_idle: set[str] = set()


def register(meant: Mapping[str, tuple[str, ...]]) -> None:
    """Whoever searches for the key finds what the words it stands for find, too. Only that way round."""
    for typed, texts in meant.items():
        key = tuple(typed.lower().split())
        _meant[key] = tuple(dict.fromkeys(_meant.get(key, ()) + texts))


def registered() -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(typed words, meant texts), those of most words first."""
    return iter(sorted(_meant.items(), key=lambda entry: -len(entry[0])))


def register_idle(words: Iterable[str]) -> None:
    """Words that tell nothing beside others, such as the form of a company: they need not be there."""
    _idle.update(words)


def is_idle(word: str) -> bool:
    return word in _idle
