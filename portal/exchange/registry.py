"""The kinds of rows that go in and out as files. A room registers its own in `AppConfig.ready()`; the kit knows none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.jobs import registry as jobs

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

    from portal.exchange.engine.resource import ExchangeResource
    from portal.exchange.engine.rows import ComputedRows


def _nobody(user: Any) -> bool:
    return False


@dataclass(frozen=True)
class ExchangeKind:
    """A kind of rows.

    `key`: its word in addresses and on the command line. `resource`: what a file of it says. `rows(by, query)`: the rows
    of the list page with this query string, filtered as that page filters and only what `by` may see; all for the system,
    on the command line; `ComputedRows` where they aren't stored. `list_page`: the URL name of that page, "" for none.
    `may_import(user)` and `may_export(user)`: whether at all; rows are judged by the resource. `note`: on the import page,
    what a row is known again by, and what must be there first. `order`: what others refer to comes before them. `command`:
    another word for it on the command line, "" for none. `map_page`: the URL name of the page where whoever brings a file
    says what its columns hold, "" where headings say it; `resource` is then made with what the page has kept
    (`actions.check_again`).
    """

    key: str
    label: "_StrOrPromise"
    resource: "type[ExchangeResource]"
    rows: "Callable[[Any, QueryDict], QuerySet[Any] | ComputedRows]"
    list_page: str = ""
    may_import: Callable[[Any], bool] = _nobody
    may_export: Callable[[Any], bool] = _nobody
    note: "_StrOrPromise" = ""
    order: int = 100
    command: str = ""
    map_page: str = ""

    @property
    def comes_in(self) -> bool:
        """Some lists only go out: what stands in them is written on pages alone."""
        return self.may_import is not _nobody

    @property
    def list_url(self) -> str:
        return reverse(self.list_page) if self.list_page else ""


_kinds: dict[str, ExchangeKind] = {}


def register(kind: ExchangeKind) -> None:
    """Make the kind known, and the job that writes its file: open to whoever may export such rows.

    Raises ValueError for a key that is taken.
    """
    from portal.exchange import queries, work

    if _kinds.setdefault(kind.key, kind) is not kind:
        raise ValueError(f"Two kinds of rows are called {kind.key!r}.")
    jobs.register(
        jobs.JobKind(
            export_job(kind),
            format_lazy(_("Export: {rows}"), rows=kind.label),
            work.run_export,
            open_to=kind.may_export,
            parents=queries.crumbs_of_export,
        )
    )


def export_job(kind: ExchangeKind) -> str:
    """The key of the job that writes the kind's file."""
    return f"exchange_export_{kind.key}"


def get(key: str) -> ExchangeKind:
    """The kind. Raises KeyError for one that nobody registered."""
    return _kinds[key]


def by_word(word: str) -> ExchangeKind:
    """The kind as the command line calls it: by its key, or its other word. Raises KeyError."""
    return next((kind for kind in _kinds.values() if kind.command == word), None) or get(word)


def all_kinds() -> list[ExchangeKind]:
    """In the order of the page."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.key))


def keys_open_to(user: Any) -> list[str]:
    """The keys of the kinds that the user may import."""
    return [kind.key for kind in _kinds.values() if kind.may_import(user)]
