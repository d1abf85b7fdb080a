"""What both commands ask for: a kind of rows, a file, and what the rows belong to."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from portal.exchange import registry
from portal.history.models import SystemActor


def add_kind(parser: ArgumentParser) -> None:
    parser.add_argument("kind", choices=[kind.key for kind in registry.all_kinds()])
    parser.add_argument("file", type=Path)
    parser.add_argument("--subject", default="", help="public id of what the rows belong to, for kinds of one thing")
    parser.add_argument(
        "--language",
        choices=dict(settings.LANGUAGES),
        default=settings.LANGUAGE_CODE,
        help="of what is printed, and of an export's headings",
    )


def asked_for(options: dict[str, Any], by: SystemActor) -> tuple[registry.ExchangeKind, Any]:
    """The kind and its subject. Raises CommandError where a kind of one thing doesn't get its thing."""
    kind = registry.get(options["kind"])
    if kind.subject_of is None:
        return kind, None
    subject = kind.subject_of(by, options["subject"])
    if subject is None:
        raise CommandError(_("Say with --subject what the rows belong to."))
    return kind, subject
