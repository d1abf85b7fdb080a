"""The invoicing bases of a year, and what is registered for them: terms, payers, how VAT is treated."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from funding.actions.invoicing import LostRace, register_payer, register_terms, register_vat
from funding.forms.invoicing import PayerForm, TermsForm, VatForm
from funding.models import FundingYear
from funding.peppol import suggested_peppol_id
from funding.permissions import can_prepare_invoicing, can_see_invoicing, can_see_names, can_see_payer
from funding.presentation import invoicing_comparisons, lacking, vat_words
from funding.queries import invoicing as queries
from funding.views.closed import closed_page
from funding.views.years import year_of
from portal import clock
from portal.ui.forms import PortalForm
from portal.ui.responses import at_version, conflict
from regions.models import Region
from regions.requests import UserRequest, require, require_role


def _year(request: UserRequest, year: int) -> FundingYear:
    """404 to those who don't see references, as if there were none."""
    if not can_see_invoicing(request.user):
        raise Http404
    return year_of(request.user, year)


@require_safe
def invoicing(request: UserRequest, year: int) -> HttpResponse:
    """What the host region invoices, and what is missing before it can: of all regions, or of the own one."""
    funding_year = _year(request, year)
    figures = queries.invoicing_figures(funding_year, request.user)
    context = {
        "year": funding_year,
        "figures": figures,
        "rows": [(each, lacking(each)) for each in figures.rows],
        "vat": vat_words(figures.first) if figures.first else "",
        "is_ready": funding_year.state in queries.READY,
        "can_prepare": can_prepare_invoicing(request.user),
    }
    return render(request, "funding/invoicing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invoicing_terms(request: UserRequest, year: int) -> HttpResponse:
    """Register when a year's invoices fall due."""
    funding_year = _year(request, year)
    require(can_prepare_invoicing(request.user))
    earlier = list(queries.terms_of(funding_year))
    held = _of(earlier[0] if earlier else None, "due_on", "text", "reference")
    form = TermsForm(request.POST or None, initial={"version": len(earlier), **held})
    if funding_year.is_closed and request.method == "POST":
        return closed_page(request, funding_year, form)
    try:
        if request.method == "POST" and _registered(form, register_terms, by=request.user, funding_year=funding_year):
            messages.success(request, _("Due date and text of %(year)s are registered.") % {"year": year})
            return redirect("funding:invoicing", year)
    except LostRace as lost:
        return _conflict(request, form, lost, back_url=reverse("funding:invoicing", args=[year]))
    return render(request, "funding/invoicing_terms.html", {"year": funding_year, "form": form, "earlier": earlier})


@require_http_methods(["GET", "HEAD", "POST"])
def payer(request: UserRequest, code: str) -> HttpResponse:
    """What is known of a region as payer, today and before; an administrator registers what holds from a day on."""
    region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    if not can_see_payer(request.user, region):
        raise Http404
    may_write = can_prepare_invoicing(request.user)
    require(may_write or request.method != "POST")
    now, rows = queries.payer_on(region, clock.today()), list(queries.payers_of(region, request.user))
    suggested = suggested_peppol_id(region.organisation_number)
    known = _of(now, "buyer_reference", "peppol_id", "counterparty_code", "text") or {"peppol_id": suggested}
    form = PayerForm(request.POST or None, initial={"version": len(rows), "valid_from": clock.today(), **known})
    try:
        if request.method == "POST" and _registered(form, register_payer, by=request.user, region=region):
            messages.success(request, _("What holds for %(region)s as payer is registered.") % {"region": region})
            return redirect("funding:payer", code)
    except LostRace as lost:
        return _conflict(request, form, lost, back_url=request.path)
    context = {"region": region, "form": form if may_write else None, "now": now, "suggested": suggested, "rows": rows}
    return render(request, "funding/payer.html", {**context, "by_name": can_see_names(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def vat(request: UserRequest) -> HttpResponse:
    """How VAT is treated, from which day and on what ground; an administrator registers what the host region says."""
    require_role(request)
    require(can_see_invoicing(request.user))
    may_write = can_prepare_invoicing(request.user)
    require(may_write or request.method != "POST")
    rows = list(queries.vat_treatments())
    form = VatForm(request.POST or None, initial={"version": len(rows), "valid_from": clock.today()})
    try:
        if request.method == "POST" and _registered(form, register_vat, by=request.user):
            messages.success(request, _("The VAT treatment is registered."))
            return redirect("funding:vat")
    except LostRace as lost:
        return _conflict(request, form, lost, back_url=request.path)
    context = {"form": form if may_write else None, "rows": rows, "by_name": can_see_names(request.user)}
    return render(request, "funding/vat.html", context)


def _registered(form: PortalForm, register: Callable[..., object], **known: object) -> bool:
    """Whether the form's values went in; what the action refuses stands at its field. A lost race goes through."""
    if not form.is_valid():
        return False
    values = dict(form.cleaned_data)
    if "version" in values:
        values["seen"] = values.pop("version")
    try:
        register(**known, **values)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _conflict(request: UserRequest, form: PortalForm, lost: LostRace, *, back_url: str) -> HttpResponse:
    """The form to go on from, and what differs."""
    form.data = at_version(request.POST, lost.version)
    context = {"form": form, "comparisons": invoicing_comparisons(form, lost.row), "back_url": back_url}
    return conflict(request, context=context)


def _of(row: object | None, *names: str) -> dict[str, object]:
    """The values that a form begins with."""
    return {name: getattr(row, name) for name in names} if row is not None else {}
