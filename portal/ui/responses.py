"""Answers that several rooms give alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render


@dataclass(frozen=True)
class Comparison:
    """A text in two versions: `mine` as it was typed here, `theirs` as it is stored by now."""

    label: Any
    mine: str
    theirs: str


def at_version(typed: QueryDict, version: int) -> QueryDict:
    """What was typed, on top of the version that is stored by now: saving it again is then a decision."""
    again = typed.copy()
    again["version"] = str(version)
    return again


def conflict(
    request: HttpRequest,
    template: str = "409.html",
    context: dict[str, Any] | None = None,
    *,
    comparisons: Iterable[Comparison] = (),
) -> HttpResponse:
    """The answer to a lost race: 409, with what was typed beside what is stored, and the form to go on from.

    `context`: `form` (bound, with the stored row's version, so that saving again is a decision), `back_url`.
    """
    return render(request, template, {"comparisons": list(comparisons), **(context or {})}, status=409)
