"""Pages of a supplier's contacts and of its commitments to the code."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codeofconduct.actions.suppliers import add_contact, record_commitment, remove_commitment, revise_contact
from codeofconduct.forms.suppliers import CommitmentForm, ContactEditForm, ContactForm
from codeofconduct.models import Supplier, SupplierCommitment, SupplierContact
from codeofconduct.permissions import can_change_supplier, can_contribute, sees_contracts
from codeofconduct.presentation.conflicts import differences
from codeofconduct.queries.suppliers import own_contracts
from codeofconduct.views.suppliers import visible
from portal.files.responses import serve
from portal.history.versions import StaleVersionError
from portal.search.ordering import swedish
from portal.ui.paging import key_page
from portal.ui.responses import at_version, conflict
from regions.requests import UserRequest, require


def contributes(request: UserRequest, supplier: Supplier) -> bool:
    return can_contribute(request.user, has_contract=own_contracts(request.user, supplier).exists())


@require_safe
def contact_list(request: UserRequest, public_id: str) -> HttpResponse:
    """All contacts of the supplier, those who have left too."""
    supplier = visible(request, public_id)
    require(sees_contracts(request.user))
    contacts = SupplierContact.objects.visible_to(request.user).filter(supplier=supplier)
    context = {
        "supplier": supplier,
        "page": key_page(contacts, request.GET, by=swedish("name")),
        "can_contribute": contributes(request, supplier),
    }
    return render(request, "codeofconduct/contact_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_add(request: UserRequest, public_id: str) -> HttpResponse:
    supplier = visible(request, public_id)
    require(contributes(request, supplier))
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            contact = add_contact(by=request.user, supplier=supplier, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(name)s is a contact of the supplier.") % {"name": contact.name})
            return redirect("codeofconduct:supplier-detail", supplier.public_id)
    return render(request, "codeofconduct/contact_add.html", {"form": form, "supplier": supplier})


@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request: UserRequest, public_id: str) -> HttpResponse:
    contacts = SupplierContact.objects.visible_to(request.user).filter(supplier__merged_into__isnull=True)
    contact = get_object_or_404(contacts.select_related("supplier"), public_id=public_id)
    require(contributes(request, contact.supplier))
    form = ContactEditForm(request.POST or None, contact=contact)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        try:
            revise_contact(by=request.user, contact=contact, seen=facts.pop("version"), **facts)
        except StaleVersionError as error:
            return _contact_conflict(request, form, contact.supplier, error.stored)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The contact is saved."))
            return redirect("codeofconduct:supplier-detail", contact.supplier.public_id)
    return render(request, "codeofconduct/contact_edit.html", {"form": form, "supplier": contact.supplier})


def _contact_conflict(
    request: UserRequest, form: ContactEditForm, supplier: Supplier, stored: SupplierContact
) -> HttpResponse:
    names = ("name", "email", "telephone", "role", "language", "ended_on")
    again = ContactEditForm(at_version(request.POST, stored.version), contact=stored)
    comparisons = differences(form, {name: getattr(stored, name) for name in names})
    return conflict(
        request, "codeofconduct/supplier_conflict.html", {"form": again, "supplier": supplier}, comparisons=comparisons
    )


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_add(request: UserRequest, public_id: str) -> HttpResponse:
    """Record that the supplier has committed itself to a version of the code."""
    supplier = visible(request, public_id)
    require(contributes(request, supplier))
    form = CommitmentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            record_commitment(by=request.user, supplier=supplier, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The commitment is recorded."))
            return redirect("codeofconduct:supplier-detail", supplier.public_id)
    return render(request, "codeofconduct/commitment_add.html", {"form": form, "supplier": supplier})


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_remove(request: UserRequest, public_id: str) -> HttpResponse:
    """Take away a commitment that was recorded by mistake, after a question."""
    commitments = SupplierCommitment.objects.visible_to(request.user).filter(supplier__merged_into__isnull=True)
    commitment = get_object_or_404(commitments.select_related("supplier", "code_version"), public_id=public_id)
    require(can_change_supplier(request.user))
    if request.method != "POST":
        return render(request, "codeofconduct/commitment_remove.html", {"commitment": commitment})
    try:
        remove_commitment(by=request.user, commitment=commitment)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The commitment is taken away."))
    return redirect("codeofconduct:supplier-detail", commitment.supplier.public_id)


@require_safe
def commitment_download(request: UserRequest, public_id: str) -> FileResponse:
    """The signed document."""
    commitments = SupplierCommitment.objects.visible_to(request.user).select_related("document")
    commitment = get_object_or_404(commitments, public_id=public_id)
    if commitment.document is None:
        raise Http404
    require(sees_contracts(request.user))
    return serve(commitment.document)
