"""Answers that several rooms give alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass(frozen=True)
class Comparison:
    """A text in two versions: `mine` as it was typed here, `theirs` as it is stored by now."""

    label: Any
    mine: str
    theirs: str


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
