"""Pages of facilities and of the chains they make."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codeofconduct.actions.chain import (
    add_facility,
    link_facility,
    remove_link,
    revise_facility,
    revise_link,
)
from codeofconduct.forms.chain import (
    FacilityAddForm,
    FacilityEditForm,
    FacilityFilterForm,
    LinkEditForm,
    LinkForm,
)
from codeofconduct.models import Contract, Facility, Supplier, SupplyLink
from codeofconduct.permissions import can_change_contract, can_change_facility, sees_contracts
from codeofconduct.presentation.chain import chains_of
from codeofconduct.presentation.conflicts import differences
from codeofconduct.queries.chain import (
    contracts_with_chain,
    facilities_listed,
    keeps_served,
    links_with,
    unserved_by,
)
from codeofconduct.views.contacts import contributes
from codeofconduct.views.suppliers import visible
from portal.history.queries import changes_of
from portal.history.versions import StaleVersionError
from portal.search.ordering import swedish
from portal.ui.paging import key_page
from portal.ui.responses import at_version, conflict
from regions.requests import UserRequest, require, require_role

CHAINS_ON_PAGE = 10
FACILITY_FACTS = ("name", "country", "city", "street", "stage", "os_id", "is_confidential")


@require_safe
def supplier_chain(request: UserRequest, public_id: str) -> HttpResponse:
    """The chains of the supplier's contracts, page by page."""
    supplier = visible(request, public_id)
    page = key_page(contracts_with_chain(request.user, supplier), request.GET, newest_first=True, size=CHAINS_ON_PAGE)
    context = {"supplier": supplier, "page": page, "chains": chains_of(request.user, page.rows)}
    return render(request, "codeofconduct/supplier_chain.html", context)


@require_safe
def facility_list(request: UserRequest) -> HttpResponse:
    """The facilities that the user may see, narrowed by the query string."""
    require_role(request)
    form = FacilityFilterForm(request.GET, user=request.user)
    form.is_valid()
    narrowed = {name: value for name, value in form.cleaned_data.items() if value}
    facilities = facilities_listed(
        request.user,
        text=narrowed.get("q", ""),
        country=narrowed.get("country", ""),
        stage=narrowed.get("stage", ""),
        supplier=narrowed.get("supplier"),
    )
    page = key_page(facilities, request.GET, by=swedish("name"))
    context = {"form": form, "page": page, "narrowed": narrowed, "query": request.GET.urlencode()}
    return render(request, "codeofconduct/facility_list.html", context)


def visible_facility(request: UserRequest, public_id: str) -> Facility:
    facilities = Facility.objects.visible_to(request.user).filter(supplier__merged_into__isnull=True)
    return get_object_or_404(facilities.select_related("supplier", "created_by"), public_id=public_id)


@require_safe
def facility_detail(request: UserRequest, public_id: str) -> HttpResponse:
    facility = visible_facility(request, public_id)
    links = links_with(request.user, facility)
    changes = changes_of(facility, links, before=request.GET.get("older", ""), by_name=sees_contracts(request.user))
    context = {
        "facility": facility,
        "page": key_page(links, request.GET, newest_first=True),
        "unserved": unserved_by(request.user, facility)[:CHAINS_ON_PAGE],
        "may_change": can_change_facility(request.user, keeps_served=keeps_served(request.user, facility)),
        "changes": changes.rows,
        "older_url": f"?{urlencode({'older': changes.older})}" if changes.older else "",
    }
    return render(request, "codeofconduct/facility_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def facility_add(request: UserRequest, public_id: str) -> HttpResponse:
    """A new facility in the supplier's chain, with the contract that it serves."""
    supplier = visible(request, public_id)
    require(contributes(request, supplier))
    form = FacilityAddForm(request.POST or None, user=request.user, supplier=supplier)
    if request.method == "POST" and form.is_valid() and (facility := _added(request, form, supplier)):
        messages.success(request, _("The facility %(name)s is registered.") % {"name": facility.name})
        return redirect("codeofconduct:facility-detail", facility.public_id)
    return render(request, "codeofconduct/facility_add.html", {"form": form, "supplier": supplier})


def _added(request: UserRequest, form: FacilityAddForm, supplier: Supplier) -> Facility | None:
    """The facility and its link, both or neither."""
    facts = dict(form.cleaned_data)
    link = {name: facts.pop(name) for name in form.LINK}
    try:
        with transaction.atomic():
            facility = add_facility(by=request.user, supplier=supplier, **facts)
            if link["contract"]:
                link_facility(by=request.user, facility=facility, stage=facility.stage, **link)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    return facility


@require_http_methods(["GET", "HEAD", "POST"])
def facility_edit(request: UserRequest, public_id: str) -> HttpResponse:
    facility = visible_facility(request, public_id)
    require(can_change_facility(request.user, keeps_served=keeps_served(request.user, facility)))
    form = FacilityEditForm(request.POST or None, facility=facility, user=request.user)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        try:
            revise_facility(by=request.user, facility=facility, seen=facts.pop("version"), **facts)
        except StaleVersionError as error:
            stored = error.stored
            again = FacilityEditForm(at_version(request.POST, stored.version), facility=stored, user=request.user)
            found = differences(form, {name: getattr(stored, name) for name in FACILITY_FACTS})
            return _conflict(request, again, facility.supplier, found)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The facility is saved."))
            return redirect("codeofconduct:facility-detail", facility.public_id)
    return render(request, "codeofconduct/facility_edit.html", {"form": form, "facility": facility})


def _conflict(request: UserRequest, form: Any, supplier: Supplier, found: Any) -> HttpResponse:
    context = {"form": form, "supplier": supplier}
    return conflict(request, "codeofconduct/supplier_conflict.html", context, comparisons=found)


@require_http_methods(["GET", "HEAD", "POST"])
def link_add(request: UserRequest, public_id: str) -> HttpResponse:
    """A facility into the chain of a contract; what the query string says is chosen beforehand."""
    contracts = Contract.objects.visible_to(request.user).select_related("supplier", "region")
    contract = get_object_or_404(contracts, public_id=public_id)
    require(can_change_contract(request.user, contract))
    chosen = {name: request.GET.get(name, "") for name in ("facility", "parent", "tier", "stage")}
    form = LinkForm(request.POST or None, user=request.user, contract=contract, initial=chosen)
    if request.method == "POST" and form.is_valid():
        try:
            link = link_facility(by=request.user, contract=contract, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(name)s is in the contract's chain.") % {"name": link.facility.name})
            return redirect("codeofconduct:contract-detail", contract.public_id)
    return render(request, "codeofconduct/link_add.html", {"form": form, "contract": contract})


def _visible_link(request: UserRequest, public_id: str) -> SupplyLink:
    links = SupplyLink.objects.visible_to(request.user)
    related = ("contract__supplier", "contract__region", "facility", "parent")
    link = get_object_or_404(links.select_related(*related), public_id=public_id)
    require(can_change_contract(request.user, link.contract))
    return link


@require_http_methods(["GET", "HEAD", "POST"])
def link_edit(request: UserRequest, public_id: str) -> HttpResponse:
    link = _visible_link(request, public_id)
    form = LinkEditForm(request.POST or None, link=link)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        try:
            revise_link(by=request.user, link=link, seen=facts.pop("version"), **facts)
        except StaleVersionError as error:
            stored = error.stored
            again = LinkEditForm(at_version(request.POST, stored.version), link=stored)
            found = differences(form, {name: getattr(stored, name) for name in ("tier", "stage", "product", "parent")})
            return _conflict(request, again, link.contract.supplier, found)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The chain is saved."))
            return redirect("codeofconduct:contract-detail", link.contract.public_id)
    return render(request, "codeofconduct/link_edit.html", {"form": form, "link": link})


@require_POST
def link_remove(request: UserRequest, public_id: str) -> HttpResponse:
    """Take a facility out of the chain."""
    link = _visible_link(request, public_id)
    try:
        remove_link(by=request.user, link=link)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(name)s is out of the contract's chain.") % {"name": link.facility.name})
    return redirect("codeofconduct:contract-detail", link.contract.public_id)
