"""Pages of the register of suppliers."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codeofconduct.actions.suppliers import add_identifier, end_identifier, register_supplier, revise_supplier
from codeofconduct.forms.suppliers import (
    IdentifierEndForm,
    IdentifierForm,
    SupplierEditForm,
    SupplierForm,
    SupplierSearchForm,
)
from codeofconduct.models import Supplier
from codeofconduct.permissions import can_change_supplier, can_register_supplier
from codeofconduct.presentation.conflicts import differences
from codeofconduct.presentation.suppliers import history_of, page_of
from codeofconduct.queries.duplicates import Likely, likely_like, suspicions
from codeofconduct.queries.suppliers import suppliers_listed
from codeofconduct.slots import supplier_sections
from portal.history.versions import StaleVersionError
from portal.search.ordering import swedish
from portal.ui.paging import key_page
from portal.ui.responses import at_version, conflict
from regions.permissions import is_staff
from regions.requests import UserRequest, require, require_role


def visible(request: UserRequest, public_id: str) -> Supplier:
    """The supplier, unless it was merged into another, otherwise 404."""
    suppliers = Supplier.objects.visible_to(request.user).current().select_related("parent", "created_by")
    return get_object_or_404(suppliers, public_id=public_id)


@require_safe
def supplier_list(request: UserRequest) -> HttpResponse:
    """The common register, in Swedish order."""
    require_role(request)
    form = SupplierSearchForm(request.GET)
    narrowed = form.cleaned_data if form.is_valid() else {}
    text, country, group = (narrowed.get(name, "") for name in ("q", "country", "group"))
    suppliers = suppliers_listed(request.user, text=text, country=country, group=group)
    context = {
        "form": form,
        "page": key_page(suppliers, request.GET, by=swedish("name")),
        "text": text,
        "is_narrowed": bool(text or country or group),
        "query": request.GET.urlencode(),
        "reads_all_numbers": is_staff(request.user),
        "can_register": can_register_supplier(request.user),
        "likely": suspicions(request.user).count() if can_change_supplier(request.user) else 0,
    }
    return render(request, "codeofconduct/supplier_list.html", context)


@require_safe
def supplier_detail(request: UserRequest, public_id: str) -> HttpResponse:
    """One supplier, one page: who it is, its contracts and chains, and what upper rooms know. A merged one leads to the other."""
    suppliers = Supplier.objects.visible_to(request.user).select_related("parent", "created_by", "merged_into")
    supplier = get_object_or_404(suppliers, public_id=public_id)
    if supplier.merged_into is not None:
        return redirect("codeofconduct:supplier-detail", supplier.merged_into.public_id, permanent=True)
    context = page_of(request.user, supplier, request.GET)
    context["sections"] = [section for fill in supplier_sections if (section := fill(request.user, supplier))]
    return render(request, "codeofconduct/supplier_detail.html", context)


@require_safe
def supplier_history(request: UserRequest, public_id: str) -> HttpResponse:
    """Who changed what when, page by page."""
    supplier = visible(request, public_id)
    changes = history_of(request.user, supplier, before=request.GET.get("before", ""))
    older = request.GET.copy()
    older["before"] = changes.older
    context = {
        "supplier": supplier,
        "changes": changes.rows,
        "older_url": f"?{older.urlencode()}" if changes.older else "",
    }
    return render(request, "codeofconduct/supplier_history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def supplier_register(request: UserRequest) -> HttpResponse:
    """Put a supplier into the register, after a look at those that are likely the same."""
    require_role(request)
    require(can_register_supplier(request.user))
    form = SupplierForm(request.POST or None, user=request.user)
    likely: list[Likely] = []
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        likely = [] if told.pop("is_another") else _likely(request, told)
        if not likely and (supplier := _registered(request, form, told)):
            messages.success(request, _("%(name)s is in the register.") % {"name": supplier.name})
            if supplier.is_sole_trader:
                messages.info(request, _("The number is a person's: only those who need it for a contract see it."))
            return redirect("codeofconduct:supplier-detail", supplier.public_id)
    context = {"form": form, "likely": likely, "asks": bool(likely) or "is_another" in request.POST}
    return render(request, "codeofconduct/supplier_register.html", context)


def _likely(request: UserRequest, told: dict[str, Any]) -> list[Likely]:
    numbers = [(scheme, value) for scheme, _country, value in told["numbers"]]
    if told["organisation_number"]:
        numbers.append(("se_orgnr", told["organisation_number"]))
    facts = {name: told[name] for name in ("name", "street", "postal_code", "city")}
    return likely_like(request.user, numbers=numbers, **facts)


def _registered(request: UserRequest, form: SupplierForm, told: dict[str, Any]) -> Supplier | None:
    try:
        return register_supplier(by=request.user, **told)
    except IntegrityError:  # someone registered it between the check and the write
        form.add_error("organisation_number", _("Another supplier already has this number."))
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def supplier_edit(request: UserRequest, public_id: str) -> HttpResponse:
    supplier = visible(request, public_id)
    require(can_change_supplier(request.user))
    form = SupplierEditForm(request.POST or None, supplier=supplier)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        try:
            revise_supplier(by=request.user, supplier=supplier, seen=facts.pop("version"), **facts)
        except StaleVersionError as error:
            return _edit_conflict(request, form, error.stored)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The supplier is saved."))
            return redirect("codeofconduct:supplier-detail", supplier.public_id)
    return render(request, "codeofconduct/supplier_edit.html", {"form": form, "supplier": supplier})


def _edit_conflict(request: UserRequest, form: SupplierEditForm, stored: Supplier) -> HttpResponse:
    names = ("name", "country", "street", "postal_code", "city", "website", "parent", "is_sole_trader")
    again = SupplierEditForm(at_version(request.POST, stored.version), supplier=stored)
    comparisons = differences(form, {name: getattr(stored, name) for name in names})
    return conflict(
        request, "codeofconduct/supplier_conflict.html", {"form": again, "supplier": stored}, comparisons=comparisons
    )


@require_http_methods(["GET", "HEAD", "POST"])
def identifier_add(request: UserRequest, public_id: str) -> HttpResponse:
    """Give the supplier another number."""
    supplier = visible(request, public_id)
    require(can_change_supplier(request.user))
    form = IdentifierForm(request.POST or None, user=request.user, supplier=supplier)
    if request.method == "POST" and form.is_valid():
        try:
            add_identifier(by=request.user, supplier=supplier, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The number is saved."))
            return redirect("codeofconduct:supplier-detail", supplier.public_id)
    return render(request, "codeofconduct/identifier_add.html", {"form": form, "supplier": supplier})


@require_http_methods(["GET", "HEAD", "POST"])
def identifier_end(request: UserRequest, public_id: str) -> HttpResponse:
    """Say that a number no longer holds, or never did."""
    supplier = visible(request, public_id)
    require(can_change_supplier(request.user))
    identifiers = supplier.identifiers.select_related("supplier").order_by("scheme", "value")
    form = IdentifierEndForm(request.POST or None, identifiers=identifiers)
    if request.method == "POST" and form.is_valid():
        try:
            end_identifier(by=request.user, **form.told)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The number is saved."))
            return redirect("codeofconduct:supplier-detail", supplier.public_id)
    return render(request, "codeofconduct/identifier_end.html", {"form": form, "supplier": supplier})
