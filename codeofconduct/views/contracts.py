"""Pages of the contracts."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codeofconduct.actions.contracts import add_contracting_body, register_contract, revise_contract, set_parameters
from codeofconduct.forms.contracts import (
    ContractEditForm,
    ContractFilterForm,
    ContractForm,
    ContractingBodyForm,
    ParameterForm,
)
from codeofconduct.models import Contract, Supplier
from codeofconduct.permissions import (
    can_change_contract,
    can_correct_clause,
    can_keep_contracting_bodies,
    can_register_contract,
    sees_contracts,
)
from codeofconduct.presentation.contracts import compared, history_of
from codeofconduct.queries.contracts import (
    EXPIRING_DAYS,
    contract_sums,
    contracting_bodies,
    contracts_listed,
    expiring,
    on_replaced_clauses,
    parameters_of,
)
from codeofconduct.slots import contract_sections
from portal.history.versions import StaleVersionError
from portal.search.ordering import swedish
from portal.ui.paging import key_page
from portal.ui.responses import at_version, conflict
from regions.requests import UserRequest, require, require_role


def visible(request: UserRequest, public_id: str) -> Contract:
    """The contract with what its pages show, as far as this user may see it, otherwise 404."""
    found = Contract.objects.visible_to(request.user).select_related(
        "region", "supplier", "clause_version", "contracting_body", "created_by"
    )
    return get_object_or_404(
        found.prefetch_related("categories", "cpv_codes", "parties", "contract_parameters"), public_id=public_id
    )


@require_safe
def contract_list(request: UserRequest) -> HttpResponse:
    """The contracts that concern the user, narrowed by the query string."""
    require_role(request)
    require(sees_contracts(request.user))
    form = ContractFilterForm(request.GET, user=request.user)
    form.is_valid()
    contracts = contracts_listed(request.user, form.narrowed)
    every = Contract.objects.visible_to(request.user)
    context = {
        "form": form,
        "page": key_page(contracts, request.GET, by=swedish("title")),
        "sums": contract_sums(contracts),
        "expiring": expiring(every).count(),
        "expiring_days": EXPIRING_DAYS,
        "replaced": on_replaced_clauses(every).count(),
        "can_register": can_register_contract(request.user),
        "can_keep_bodies": can_keep_contracting_bodies(request.user),
        "query": request.GET.urlencode(),
    }
    return render(request, "codeofconduct/contract_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def contracting_body_list(request: UserRequest) -> HttpResponse:
    """The joint bodies that contracts choose from, and a form for another."""
    require_role(request)
    require(can_keep_contracting_bodies(request.user))
    form = ContractingBodyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            body = add_contracting_body(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Contracts can now be joint ones of %(name)s.") % {"name": body.name})
            return redirect("codeofconduct:contracting-body-list")
    page = key_page(contracting_bodies(), request.GET, by=swedish("name"))
    return render(request, "codeofconduct/contracting_body_list.html", {"form": form, "page": page})


@require_safe
def contract_detail(request: UserRequest, public_id: str) -> HttpResponse:
    contract = visible(request, public_id)
    changes = history_of(contract, request.GET.get("before", ""))
    context = {
        "contract": contract,
        "parameters": parameters_of(contract),
        "may_change": can_change_contract(request.user, contract),
        "changes": changes,
        "older_url": f"?{urlencode({'before': changes.older})}" if changes.older else "",
        "sections": [section for fill in contract_sections if (section := fill(request.user, contract))],
    }
    return render(request, "codeofconduct/contract_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def contract_register(request: UserRequest, public_id: str) -> HttpResponse:
    """Register a region's contract with the supplier."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), public_id=public_id)
    require(can_register_contract(request.user))
    if request.method != "POST" and supplier.merged_into is not None:
        return redirect("codeofconduct:contract-register", supplier.merged_into.public_id)
    form = ContractForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            contract = register_contract(by=request.user, supplier=supplier, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The contract %(title)s is registered.") % {"title": contract.title})
            return redirect("codeofconduct:contract-detail", contract.public_id)
    return render(request, "codeofconduct/contract_register.html", {"form": form, "supplier": supplier})


@require_http_methods(["GET", "HEAD", "POST"])
def contract_edit(request: UserRequest, public_id: str) -> HttpResponse:
    contract = visible(request, public_id)
    require(can_change_contract(request.user, contract))
    form = _edit_form(request, contract, request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        try:
            revise_contract(by=request.user, contract=contract, seen=facts.pop("version"), **facts)
        except StaleVersionError as error:
            stored = visible(request, error.stored.public_id)
            again = _edit_form(request, stored, at_version(request.POST, stored.version))
            context = {"form": again, "contract": stored}
            return conflict(
                request, "codeofconduct/contract_conflict.html", context, comparisons=compared(facts, stored)
            )
        messages.success(request, _("The contract is saved."))
        return redirect("codeofconduct:contract-detail", contract.public_id)
    return render(request, "codeofconduct/contract_edit.html", {"form": form, "contract": contract})


def _edit_form(request: UserRequest, contract: Contract, data: Any) -> ContractEditForm:
    may_correct = can_correct_clause(request.user)
    return ContractEditForm(data, contract=contract, may_correct_clause=may_correct, user=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def contract_parameters(request: UserRequest, public_id: str) -> HttpResponse:
    """What the contract says where its clause leaves a number open."""
    contract = visible(request, public_id)
    require(can_change_contract(request.user, contract))
    form = ParameterForm(request.POST or None, contract=contract)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["version"]
        try:
            set_parameters(by=request.user, contract=contract, seen=seen, values=form.values())
        except StaleVersionError as error:
            stored = visible(request, error.stored.public_id)
            again = ParameterForm(at_version(request.POST, stored.version), contract=stored)
            return conflict(request, "codeofconduct/contract_conflict.html", {"form": again, "contract": stored})
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The contract's parameters are saved."))
            return redirect("codeofconduct:contract-detail", contract.public_id)
    return render(request, "codeofconduct/contract_parameters.html", {"form": form, "contract": contract})
