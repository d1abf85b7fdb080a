"""Pages of the contracts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from codeofconduct.actions.contracts import register_contract
from codeofconduct.forms.contracts import ContractForm
from codeofconduct.models import Supplier
from codeofconduct.permissions import can_register_contract
from regions.requests import UserRequest


@require_http_methods(["GET", "HEAD", "POST"])
def contract_register(request: UserRequest, public_id: str) -> HttpResponse:
    """Register a region's contract with the supplier."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), public_id=public_id)
    if not can_register_contract(request.user):
        raise PermissionDenied
    form = ContractForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        contract = register_contract(by=request.user, supplier=supplier, **form.cleaned_data)
        messages.success(request, _("The contract %(title)s is registered.") % {"title": contract.title})
        return redirect("codeofconduct:supplier-detail", supplier.public_id)
    return render(request, "codeofconduct/contract_register.html", {"form": form, "supplier": supplier})
