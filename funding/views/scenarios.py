"""Scenarios: two rates side by side, on a page and in a file, both by the query string alone."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.pages.scenarios import compared, rows_of_file
from portal.exchange.enums import Form
from portal.exchange.responses import table_file
from portal.exchange.writing import Heading
from regions.requests import UserRequest, require_role


@require_safe
def scenario_compare(request: UserRequest) -> HttpResponse:
    """What each scenario gives and what that pays for."""
    require_role(request)
    context = {"compared": compared(request.user, request.GET), "is_typing": bool(request.headers.get("HX-Request"))}
    return render(request, "funding/scenario_compare.html", context)


@require_safe
def scenario_export(request: UserRequest, form: str) -> HttpResponseBase:
    """Both scenarios with what they stand on. Where one can't be computed, the page says why."""
    require_role(request)
    if form not in Form.values:
        raise Http404
    found = compared(request.user, request.GET)
    if not found.is_whole:
        return redirect(f"{reverse('funding:scenario-compare')}?{request.GET.urlencode()}")
    headings = [
        (_("What"), 14),
        (_("Figure"), 44),
        (_("Unit"), 10),
        ("A", 18),
        ("B", 18),
        (_("Difference (B − A)"), 18),
    ]
    return table_file(_("Scenarios"), [Heading(*each) for each in headings], rows_of_file(found), Form(form))
