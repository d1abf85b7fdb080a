"""The page that registers a rate."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from funding.actions.rates import register_rate
from funding.forms.rates import RateForm
from funding.permissions import can_register_rate
from funding.queries.opening import rates
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
