"""What both commands ask for: a kind of rows and a file."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings

from portal.exchange import registry


def add_kind(parser: ArgumentParser) -> None:
    parser.add_argument("kind", choices=[kind.key for kind in registry.all_kinds()])
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--language",
        choices=dict(settings.LANGUAGES),
        default=settings.LANGUAGE_CODE,
        help="of what is printed, and of an export's headings",
    )
