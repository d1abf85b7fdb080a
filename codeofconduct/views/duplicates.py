"""Pages about suppliers that are likely the same."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codeofconduct.actions.duplicates import dismiss_suspicion, merge_suppliers
from codeofconduct.forms.duplicates import KeepForm, MergeForm
from codeofconduct.models import DuplicateSuspicion, Supplier
from codeofconduct.permissions import can_change_supplier
from codeofconduct.queries.duplicates import moving_of, sides_of, suspicions, suspicions_of
from portal.ui.paging import key_page
from regions.requests import UserRequest, require, require_role


@require_safe
def duplicate_list(request: UserRequest) -> HttpResponse:
    """The work list."""
    require_role(request)
    require(can_change_supplier(request.user))
    return render(
        request, "codeofconduct/duplicate_list.html", {"page": key_page(suspicions(request.user), request.GET)}
    )


def _visible_suspicion(request: UserRequest, public_id: str) -> DuplicateSuspicion:
    found = DuplicateSuspicion.objects.visible_to(request.user).select_related("first", "second", "dismissed_by")
    return get_object_or_404(found, public_id=public_id)


@require_safe
def duplicate_compare(request: UserRequest, public_id: str) -> HttpResponse:
    """Two suppliers side by side: keep one of them, or say that they are two."""
    suspicion = _visible_suspicion(request, public_id)
    sides, counted = sides_of(suspicion.first, suspicion.second)
    is_open = suspicion.first.merged_into_id is None and suspicion.second.merged_into_id is None
    context = {"suspicion": suspicion, "counted": counted, "sides": sides, "is_open": is_open}
    return render(request, "codeofconduct/duplicate_compare.html", context)


@require_POST
def duplicate_dismiss(request: UserRequest, public_id: str) -> HttpResponse:
    """They are two companies."""
    dismiss_suspicion(by=request.user, suspicion=_visible_suspicion(request, public_id))
    messages.success(request, _("They are kept as two suppliers."))
    return redirect("codeofconduct:duplicate-list")


@require_http_methods(["GET", "HEAD", "POST"])
def supplier_merge(request: UserRequest, public_id: str) -> HttpResponse:
    """Two steps: by GET which supplier is kept, then what moves there, and the confirmation. A merged one leads there."""
    suppliers = Supplier.objects.visible_to(request.user).select_related("merged_into")
    gone = get_object_or_404(suppliers, public_id=public_id)
    require(can_change_supplier(request.user))
    if gone.merged_into is not None:
        return redirect("codeofconduct:supplier-detail", gone.merged_into.public_id)
    chosen = KeepForm(request.GET if "into" in request.GET else None, gone=gone)
    if not chosen.is_valid():
        context = {"form": chosen, "supplier": gone, "likely": suspicions_of(request.user, gone)}
        return render(request, "codeofconduct/supplier_merge_choose.html", context)
    keep: Supplier = chosen.cleaned_data["into"]
    form = MergeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _merged(request, form, keep, gone):
        return redirect("codeofconduct:supplier-detail", keep.public_id)
    sides, counted = sides_of(keep, gone)
    context = {
        "form": form,
        "supplier": gone,
        "keep": keep,
        "counted": counted,
        "sides": sides,
        "moving": moving_of(keep, gone),
    }
    return render(request, "codeofconduct/supplier_merge.html", context)


def _merged(request: UserRequest, form: MergeForm, keep: Supplier, gone: Supplier) -> bool:
    try:
        merge_suppliers(by=request.user, keep=keep, gone=gone)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("%(gone)s is now part of %(keep)s.") % {"gone": gone.name, "keep": keep.name})
    return True
