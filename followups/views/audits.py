"""Pages of an audit for those who work in its follow-up: order, book, approve, pay."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codeofconduct.presentation.conflicts import differences
from followups.actions.audit_details import add_framework, change_framework
from followups.actions.audits import (
    approve_audit,
    book_audit,
    cancel_audit,
    change_order,
    give_back_audit,
    order_audit,
    register_carried_out,
    register_invoice,
)
from followups.forms.audits import (
    BookForm,
    CancelForm,
    CarriedOutForm,
    FrameworkEditForm,
    FrameworkForm,
    GiveBackForm,
    InvoiceForm,
    OrderEditForm,
    OrderForm,
)
from followups.models import Audit, FrameworkAgreement
from followups.pages.audits import audit_context, user_desk
from followups.permissions import can_coordinate, can_keep_frameworks, can_order_audit, can_read_frameworks, can_work
from followups.queries.audits import frameworks_listed
from followups.views.audit_work import context_of, found_audit
from followups.views.follow_ups import visible
from portal.history.versions import StaleVersionError
from portal.search.ordering import swedish
from portal.ui.forms import PortalForm
from portal.ui.paging import key_page
from portal.ui.responses import at_version, conflict
from regions.requests import UserRequest, require, require_role

ORDERED = ("scope", "facility", "framework", "ordered_on", "order_reference", "price_ore", "payer_reason")
BOOKED = ("planned_on", "start_time", "is_remote", "place", "is_unannounced", "agenda", "auditor_name", "auditor_email")
INVOICED = ("invoice_number", "invoiced_on", "actual_ore")


def worked_audit(request: UserRequest, public_id: str) -> Audit:
    """An audit that the user sees, otherwise 404, and works on, otherwise 403."""
    audit = found_audit(user_desk(request.user), public_id)
    require(can_work(request.user, audit.follow_up))
    return audit


def ordered_audit(request: UserRequest, public_id: str) -> Audit:
    """As `worked_audit`, for those who order."""
    audit = found_audit(user_desk(request.user), public_id)
    require(can_coordinate(request.user, audit.follow_up))
    return audit


@require_safe
def audit_detail(request: UserRequest, public_id: str) -> HttpResponse:
    audit = found_audit(user_desk(request.user), public_id)
    return render(request, "followups/audit_detail.html", audit_context(request.user, audit))


@require_http_methods(["GET", "HEAD", "POST"])
def audit_order(request: UserRequest, public_id: str) -> HttpResponse:
    """Order an audit in a follow-up."""
    follow_up = visible(request, public_id)
    require(can_order_audit(request.user, follow_up))
    form = OrderForm(request.POST or None, user=request.user, follow_up=follow_up)
    if request.method == "POST" and form.is_valid():
        try:
            audit = order_audit(by=request.user, follow_up=follow_up, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The audit is ordered. Now book it."))
            return redirect("followups:audit-detail", audit.public_id)
    return render(request, "followups/audit_order.html", {"form": form, "follow_up": follow_up})


Write = Callable[..., Audit]


def _written(
    request: UserRequest, audit: Audit, form: PortalForm, write: Write, template: str, done: str
) -> HttpResponse:
    """The page of a form at an audit; what it sends goes into `write`. Raises StaleVersionError for its caller."""
    if request.method == "POST" and form.is_valid():
        try:
            write(by=request.user, audit=audit, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, done)
            return redirect("followups:audit-detail", audit.public_id)
    return render(request, template, context_of(user_desk(request.user), audit, form=form))


def _conflict(
    request: UserRequest, form: PortalForm, again: PortalForm, error: StaleVersionError[Audit], names: tuple[str, ...]
) -> HttpResponse:
    stored = found_audit(user_desk(request.user), error.stored.public_id)
    found = differences(form, {name: getattr(stored, name) for name in names})
    context = context_of(user_desk(request.user), stored, form=again)
    return conflict(request, "followups/audit_conflict.html", context, comparisons=found)


@require_http_methods(["GET", "HEAD", "POST"])
def audit_change_order(request: UserRequest, public_id: str) -> HttpResponse:
    audit = ordered_audit(request, public_id)
    form = OrderEditForm(request.POST or None, user=request.user, audit=audit)
    try:
        return _written(
            request, audit, form, change_order, "followups/audit_change_order.html", _("The order is saved.")
        )
    except StaleVersionError as error:
        typed = at_version(request.POST, error.stored.version)
        again = OrderEditForm(typed, user=request.user, audit=found_audit(user_desk(request.user), public_id))
        return _conflict(request, form, again, error, ORDERED)


@require_http_methods(["GET", "HEAD", "POST"])
def audit_book(request: UserRequest, public_id: str) -> HttpResponse:
    audit = worked_audit(request, public_id)
    form = BookForm(request.POST or None, audit=audit)
    try:
        return _written(request, audit, form, book_audit, "followups/audit_book.html", _("The audit is booked."))
    except StaleVersionError as error:
        again = BookForm(at_version(request.POST, error.stored.version), audit=error.stored)
        return _conflict(request, form, again, error, BOOKED)


@require_http_methods(["GET", "HEAD", "POST"])
def audit_cancel(request: UserRequest, public_id: str) -> HttpResponse:
    audit = ordered_audit(request, public_id)
    form = CancelForm(request.POST or None, audit=audit)
    try:
        return _written(request, audit, form, cancel_audit, "followups/audit_cancel.html", _("The audit is cancelled."))
    except StaleVersionError as error:
        again = CancelForm(at_version(request.POST, error.stored.version), audit=error.stored)
        return _conflict(request, form, again, error, ())


@require_http_methods(["GET", "HEAD", "POST"])
def audit_carry_out(request: UserRequest, public_id: str) -> HttpResponse:
    audit = worked_audit(request, public_id)
    form = CarriedOutForm(request.POST or None, audit=audit)
    done = _("The audit is registered as carried out.")
    return _written(request, audit, form, register_carried_out, "followups/audit_carry_out.html", done)


@require_http_methods(["GET", "HEAD", "POST"])
def audit_give_back(request: UserRequest, public_id: str) -> HttpResponse:
    audit = worked_audit(request, public_id)
    form = GiveBackForm(request.POST or None)
    done = _("The auditor can write in the audit again, and is told so by mail.")
    return _written(request, audit, form, give_back_audit, "followups/audit_give_back.html", done)


@require_POST
def audit_approve(request: UserRequest, public_id: str) -> HttpResponse:
    audit = worked_audit(request, public_id)
    try:
        approve_audit(by=request.user, audit=audit)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The audit is approved."))
    return redirect("followups:audit-detail", audit.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def audit_invoice(request: UserRequest, public_id: str) -> HttpResponse:
    audit = worked_audit(request, public_id)
    form = InvoiceForm(request.POST or None, audit=audit)
    try:
        return _written(
            request, audit, form, register_invoice, "followups/audit_invoice.html", _("The invoice is saved.")
        )
    except StaleVersionError as error:
        again = InvoiceForm(at_version(request.POST, error.stored.version), audit=error.stored)
        return _conflict(request, form, again, error, INVOICED)


@require_safe
def framework_list(request: UserRequest) -> HttpResponse:
    """The agreements on which audits are ordered."""
    require_role(request)
    require(can_read_frameworks(request.user))
    page = key_page(frameworks_listed(request.user), request.GET, by=swedish("firm"))
    context = {"page": page, "may_keep": can_keep_frameworks(request.user)}
    return render(request, "followups/framework_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def framework_add(request: UserRequest) -> HttpResponse:
    require_role(request)
    require(can_keep_frameworks(request.user))
    form = FrameworkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_framework(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The framework agreement is registered."))
            return redirect("followups:framework-list")
    return render(request, "followups/framework_edit.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def framework_edit(request: UserRequest, public_id: str) -> HttpResponse:
    agreements: Any = FrameworkAgreement.objects.visible_to(request.user)
    framework = get_object_or_404(agreements, public_id=public_id)
    require(can_keep_frameworks(request.user))
    form = FrameworkEditForm(request.POST or None, framework=framework)
    if request.method == "POST" and form.is_valid():
        try:
            change_framework(by=request.user, framework=framework, **form.cleaned_data)
        except StaleVersionError as error:
            again = FrameworkEditForm(at_version(request.POST, error.stored.version), framework=error.stored)
            stored = {name: getattr(error.stored, name) for name in ("firm", "number", "valid_from", "valid_to")}
            return conflict(request, context={"form": again}, comparisons=differences(form, stored))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The framework agreement is saved."))
            return redirect("followups:framework-list")
    return render(request, "followups/framework_edit.html", {"form": form, "framework": framework})
