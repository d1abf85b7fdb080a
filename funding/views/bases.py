"""The page of a region's population basis."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from funding.actions import bases as actions
from funding.forms.bases import BasisForm
from funding.models import Contribution
from funding.permissions import can_enter_basis
from funding.presentation import basis_comparisons
from funding.queries.figures import earlier_bases
from funding.views.closed import closed_page
from portal.history.versions import StaleVersionError
from portal.ui.responses import at_version, conflict
from regions.requests import UserRequest, require


@require_http_methods(["GET", "HEAD", "POST"])
def basis_enter(request: UserRequest, year: int, code: str) -> HttpResponse:
    """Enter the population figure that a region's contribution is to stand on."""
    contributions = Contribution.objects.visible_to(request.user).select_related(
        "funding_year", "region", "basis", "basis__created_by"
    )
    contribution = get_object_or_404(contributions, funding_year__year=year, region__code=code)
    require(can_enter_basis(request.user))
    form = BasisForm(request.POST or None, contribution=contribution, initial={"version": contribution.version})
    if contribution.funding_year.is_closed:
        return closed_page(request, contribution.funding_year, form)
    if not contribution.funding_year.is_open and request.method != "POST":
        sentence = _("Funding year %(year)s is no longer open, so its bases stay.")
        messages.error(request, sentence % {"year": year})
        return redirect("funding:contribution-detail", year, code)
    if request.method == "POST" and form.is_valid():
        try:
            actions.enter_basis(by=request.user, contribution=contribution, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except StaleVersionError as lost:
            return conflict(request, context=_lost(request, form, lost.stored))
        else:
            messages.success(request, _("%(region)s has a new population basis.") % {"region": contribution.region})
            return redirect("funding:year-detail", year)
    earlier = earlier_bases(contribution)
    return render(request, "funding/basis_enter.html", {"form": form, "contribution": contribution, "earlier": earlier})


def _lost(request: UserRequest, form: BasisForm, stored: Contribution) -> dict[str, object]:
    """The form to go on from, and what differs."""
    form.data = at_version(request.POST, stored.version)
    return {
        "form": form,
        "comparisons": basis_comparisons(form.cleaned_data, stored.basis),
        "back_url": stored.funding_year.get_absolute_url(),
    }
