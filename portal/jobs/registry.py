"""The kinds of job. An upper app registers its own in `AppConfig.ready()`; the kit knows none of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from portal.files.models import StoredFile
    from portal.jobs.models import Job

Progress = Callable[[int, int], None]
# The address and the name of a page.
Crumb = tuple[str, "str | _StrPromise"]


class JobFailed(Exception):  # noqa: N818 - the name in docs/architecture.md
    """Raised by a kind when the job can't be done; the text is one sentence in the job's language for its owner."""


@dataclass(frozen=True)
class Output:
    """What a run made. The kit stores it together with the state, so that two runs never leave two files."""

    name: str
    content: bytes
    media_type: str


def own_result_url(job: "Job") -> str:
    """The kit's own download, for the person who started the job; empty where the run made no file."""
    return reverse("jobs:job-result", args=[job.public_id]) if job.result_id else ""


def _nowhere(job: "Job") -> Sequence[Crumb]:
    return ()


def _no_page(job: "Job") -> str:
    return ""


def _anyone(user: Any) -> bool:
    return True


def _nothing_more(job: "Job", stored: "StoredFile | None") -> None:
    pass


@dataclass(frozen=True)
class JobKind:
    """A kind of long work.

    `run(job, progress)` works outside any transaction, in the job's language, and may be run again after a crash: it
    reads and computes. It calls `progress(done, total)` at least every half minute (each call is visible at once and
    keeps the lease) and returns an `Output`, a StoredFile that was there before, or None.
    `open_to(user)`: who may have it done, today; whoever no longer may sees none of the own jobs and their results.
    `result_url(job)`: where the result is downloaded; `result_page(job)`: the page where it stands, where there is one, to
    which the job's own page then leads instead.
    `parents(job)`: the pages that the job's own page lies below, from the top down.
    `completed(job, stored)` writes the kind's own rows in the very transaction that makes the job done: exactly once.
    """

    key: str
    label: "str | _StrPromise"
    run: "Callable[[Job, Progress], Output | StoredFile | None]"
    result_url: "Callable[[Job], str]" = own_result_url
    result_page: "Callable[[Job], str]" = _no_page
    completed: "Callable[[Job, StoredFile | None], Any]" = _nothing_more
    open_to: Callable[[Any], bool] = _anyone
    parents: "Callable[[Job], Sequence[Crumb]]" = _nowhere


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Make the kind known. Raises ValueError for a key that is taken."""
    if _kinds.setdefault(kind.key, kind) is not kind:
        raise ValueError(f"Two kinds of job are called {kind.key!r}.")


def get(key: str) -> JobKind:
    """The kind. Raises KeyError for one that nobody registered."""
    return _kinds[key]


def open_to(user: Any) -> list[str]:
    """The keys of the kinds that the user may have done."""
    return [kind.key for kind in _kinds.values() if kind.open_to(user)]
