"""Reads over runs, and where the pages of a job lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.models import ImportRun
from portal.exchange.registry import all_kinds
from portal.jobs.models import Job
from portal.jobs.registry import Crumb

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
    from django.utils.functional import _StrOrPromise


def runs_listed(user: "AbstractBaseUser | AnonymousUser") -> QuerySet[ImportRun]:
    """The runs that the user may see, with what a line of the list says."""
    return ImportRun.objects.visible_to(user).select_related("file", "created_by")


def url_of_run(job: Job) -> str:
    """The page of the run that a job is about."""
    return reverse("exchange:run-show", args=[job.subject])


def crumbs_of_run(job: Job) -> Sequence[Crumb]:
    return [(reverse("exchange:home"), _("Import and export")), (url_of_run(job), _("The import"))]


def crumbs_of_export(job: Job) -> Sequence[Crumb]:
    return [(reverse("exchange:home"), _("Import and export"))]


@dataclass(frozen=True)
class KindLine:
    """A kind on the page of all, with the addresses that are open to the user."""

    label: "_StrOrPromise"
    import_url: str
    export_url: str
    comes_in: bool


def kinds_listed(user: "AbstractBaseUser | AnonymousUser") -> list[KindLine]:
    """The kinds that the user may bring in or take out."""
    return [
        KindLine(
            kind.label,
            reverse("exchange:file-import", args=[kind.key]) if kind.may_import(user) else "",
            reverse("exchange:file-export", args=[kind.key]) if kind.may_export(user) else "",
            kind.comes_in,
        )
        for kind in all_kinds()
        if kind.may_import(user) or kind.may_export(user)
    ]


@dataclass(frozen=True)
class ColumnLine:
    """A column as the page and the template explain it."""

    heading: str
    required: bool
    expected: str
    example: str
    offered: list[str]
    is_text: bool


def columns_explained(resource: ExchangeResource) -> list[ColumnLine]:
    """The columns that a file may have, in its order."""
    return [
        ColumnLine(
            str(column.heading), column.required, column.explanation, column.example, column.offered, column.is_text
        )
        for column in resource.columns.values()
        if not column.told_only
    ]
