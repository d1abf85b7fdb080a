"""The page on which the secretariat writes what the decision brief of a year says."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from funding.actions.briefs import save_brief_text
from funding.forms.documents import BriefTextForm
from funding.models import BriefText
from funding.permissions import can_write_brief
from funding.presentation import brief_comparisons, brief_history
from funding.queries.briefs import brief_texts
from funding.views.closed import closed_page
from funding.views.years import year_of
from portal.history.versions import StaleVersionError
from portal.ui.responses import at_version, conflict
from regions.requests import UserRequest, require


@require_http_methods(["GET", "HEAD", "POST"])
def brief_edit(request: UserRequest, year: int) -> HttpResponse:
    """Background, proposal and what it gives; of a closed year to read only."""
    funding_year = year_of(request.user, year)
    require(can_write_brief(request.user))
    found = brief_texts(funding_year)
    version = found.stored.version if found.stored else 0
    form = BriefTextForm(request.POST or None, initial={"version": version, **found.texts})
    if funding_year.is_closed and request.method == "POST":
        return closed_page(request, funding_year, form)
    if request.method == "POST" and form.is_valid():
        texts = {name: text for name, text in form.cleaned_data.items() if name != "version"}
        try:
            save_brief_text(by=request.user, funding_year=funding_year, seen=form.cleaned_data["version"], **texts)
        except ValidationError as error:
            form.add_error(None, error)
        except StaleVersionError as lost:
            return conflict(request, context=_lost(request, form, lost.stored))
        else:
            messages.success(request, _("The texts of the decision brief %(year)s are saved.") % {"year": year})
            return redirect(funding_year)
    context = {"form": form, "year": funding_year, "found": found}
    if found.stored:
        history = brief_history(found.stored, request.GET.get("before", ""))
        older_url = f"?{urlencode({'before': history.older})}#history" if history.older else ""
        context |= {"history": history, "older_url": older_url}
    return render(request, "funding/brief_edit.html", context)


def _lost(request: UserRequest, form: BriefTextForm, stored: BriefText) -> dict[str, Any]:
    """The form to go on from, and what differs."""
    form.data = at_version(request.POST, stored.version)
    return {
        "form": form,
        "comparisons": brief_comparisons(form, stored),
        "back_url": stored.funding_year.get_absolute_url(),
    }
