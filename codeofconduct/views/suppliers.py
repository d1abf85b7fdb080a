"""Pages of the register of suppliers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codeofconduct.actions.suppliers import register_supplier
from codeofconduct.forms.suppliers import SupplierForm, SupplierSearchForm
from codeofconduct.models import Supplier
from codeofconduct.permissions import can_register_contract, can_register_supplier
from codeofconduct.queries.contracts import contracts_of
from codeofconduct.queries.suppliers import may_read_number, suppliers_listed
from codeofconduct.slots import supplier_sections
from portal.search.ordering import swedish
from portal.ui.paging import key_page
from regions.permissions import has_role, is_staff
from regions.requests import UserRequest


@require_safe
def supplier_list(request: UserRequest) -> HttpResponse:
    """The common register, in Swedish order."""
    if not has_role(request.user):
        raise Http404
    form = SupplierSearchForm(request.GET or None)
    text = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    page = key_page(suppliers_listed(request.user, text=text), request.GET, by=swedish("name"))
    context = {
        "form": form,
        "page": page,
        "text": text,
        "reads_all_numbers": is_staff(request.user),
        "can_register": can_register_supplier(request.user),
    }
    return render(request, "codeofconduct/supplier_list.html", context)


@require_safe
def supplier_detail(request: UserRequest, public_id: str) -> HttpResponse:
    """One supplier, one page: who it is, its contracts, and what upper rooms know."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), public_id=public_id)
    context = {
        "supplier": supplier,
        "identifiers": supplier.identifiers.order_by("scheme", "value"),
        "may_read_number": may_read_number(request.user, supplier),
        "contracts": contracts_of(request.user, supplier),
        "can_register_contract": can_register_contract(request.user),
        "sections": [section for fill in supplier_sections if (section := fill(request.user, supplier))],
    }
    return render(request, "codeofconduct/supplier_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def supplier_register(request: UserRequest) -> HttpResponse:
    """Put a supplier into the register."""
    if not has_role(request.user):
        raise Http404
    if not can_register_supplier(request.user):
        raise PermissionDenied
    form = SupplierForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            supplier = register_supplier(by=request.user, **form.cleaned_data)
        except IntegrityError:  # someone registered it between the check and the write
            form.add_error("organisation_number", _("Another supplier already has this number."))
        else:
            messages.success(request, _("%(name)s is in the register.") % {"name": supplier.name})
            return redirect("codeofconduct:supplier-detail", supplier.public_id)
    return render(request, "codeofconduct/supplier_register.html", {"form": form})
