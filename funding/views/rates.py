"""The pages that register a rate and correct one."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from funding.actions.rates import correct_rate, register_rate
from funding.forms.rates import RateCorrectForm, RateForm, parts_text
from funding.models import Rate, RatePart
from funding.pages.history import told
from funding.permissions import can_register_rate
from funding.queries.opening import rates
from portal.history.queries import Ever, changes_of
from portal.history.versions import StaleVersionError
from portal.ui.responses import Comparison, at_version, conflict
from portal.ui.templatetags.formats import rate_kronor
from regions.requests import UserRequest, require, require_role


@require_http_methods(["GET", "HEAD", "POST"])
def rate_register(request: UserRequest) -> HttpResponse:
    """A rate from a year on, with its parts and its source."""
    require_role(request)
    require(can_register_rate(request.user))
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rate = register_rate(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            sentence = _("%(ore)s öre from %(year)s is registered.")
            messages.success(request, sentence % {"ore": rate.ore_per_inhabitant, "year": rate.valid_from_year})
            return redirect("funding:year-list")
    return render(request, "funding/rate_register.html", {"form": form, "rates": rates()})


@require_http_methods(["GET", "HEAD", "POST"])
def rate_correct(request: UserRequest, public_id: str) -> HttpResponse:
    """A rate that was registered wrongly; below, what has stood there."""
    require_role(request)
    rate = get_object_or_404(rates(), public_id=public_id)
    require(can_register_rate(request.user))
    form = RateCorrectForm(request.POST or None, rate=rate)
    if request.method == "POST" and form.is_valid():
        try:
            correct_rate(by=request.user, rate=rate, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except StaleVersionError as lost:
            return _lost(request, form, lost.stored)
        else:
            messages.success(request, _("The rate is corrected. Years that have been opened keep theirs."))
            return redirect("funding:year-list")
    changes = changes_of(rate, Ever(RatePart, rate=rate), before=request.GET.get("before", ""))
    context = {
        "form": form,
        "rate": rate,
        "changes": told(changes, by_name=True).rows,
        "older_url": f"?{urlencode({'before': changes.older})}#history" if changes.older else "",
    }
    return render(request, "funding/rate_correct.html", context)


def _lost(request: UserRequest, form: RateCorrectForm, stored: Rate) -> HttpResponse:
    """What was typed beside what stands there now, and the form to go on from."""
    typed = form.cleaned_data
    kept = parts_text((part.name, part.ore_per_inhabitant) for part in stored.parts.all())
    comparisons = [
        Comparison(_("From the year"), str(typed["valid_from_year"]), str(stored.valid_from_year)),
        Comparison(
            _("Rate per inhabitant"), rate_kronor(typed["ore_per_inhabitant"]), rate_kronor(stored.ore_per_inhabitant)
        ),
        Comparison(_("What it pays for"), parts_text(typed["parts"]), kept),
        Comparison(_("Source"), typed["source"], stored.source),
    ]
    form = RateCorrectForm(at_version(request.POST, stored.version), rate=stored)
    context = {"form": form, "back_url": reverse("funding:year-list")}
    return conflict(request, context=context, comparisons=comparisons)
