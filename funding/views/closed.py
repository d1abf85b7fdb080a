"""What a closed year answers where something of it would be changed."""

from django.forms import BooleanField, ChoiceField
from django.http import HttpResponse
from django.shortcuts import render

from funding.models import FundingYear
from portal.ui.forms import PortalForm
from portal.ui.responses import conflict
from regions.requests import UserRequest


def closed_page(request: UserRequest, year: FundingYear, form: PortalForm, sentence: str = "") -> HttpResponse:
    """One sentence in the form's place, by default that the year is closed. What was sent all the same stands beneath it, to
    be copied; then it is a 409.
    """
    context = {"year": year, "typed": _typed(form) if form.is_bound else [], "sentence": sentence}
    if request.method == "POST":
        return conflict(request, "funding/year_closed.html", context)
    return render(request, "funding/year_closed.html", context)


def _typed(form: PortalForm) -> list[tuple[str, str]]:
    """The texts and numbers, with their labels."""
    fields = [bound for bound in form.visible_fields() if not isinstance(bound.field, BooleanField | ChoiceField)]
    return [(str(bound.label), str(bound.value())) for bound in fields if str(bound.value() or "").strip()]
