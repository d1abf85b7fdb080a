"""What both commands ask for: a kind of rows and a file."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings

from portal.exchange import registry


def add_kind(parser: ArgumentParser, *, coming_in: bool = False) -> None:
    """With `coming_in` only kinds that can be imported without anyone saying what the columns hold."""
    kinds = [kind for kind in registry.all_kinds() if (kind.comes_in and not kind.map_page) or not coming_in]
    words = [word for kind in kinds for word in (kind.key, kind.command) if word]
    parser.add_argument("kind", choices=words)
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--language",
        choices=dict(settings.LANGUAGES),
        default=settings.LANGUAGE_CODE,
        help="of what is printed, and of an export's headings",
    )
