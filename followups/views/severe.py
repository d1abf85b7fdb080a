"""Pages about the suppliers' reports of severe deviations, for those who may read them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codeofconduct.models import Contract, Facility, SupplierContact
from followups.actions.links import issue_link, resend_link, revoke_link
from followups.actions.severe import link_report, take_up_report
from followups.enums.links import Holder
from followups.forms.severe import LinkReportForm, ReporterForm
from followups.models import AccessLink, FollowUp, SevereFile, SevereReport
from followups.permissions import can_handle_report, can_issue_reporter_link, can_open_follow_up, can_read_reports
from followups.queries.severe import follow_ups_for, report_page, reports_with_places
from portal.files.responses import serve
from portal.history.versions import StaleVersionError
from portal.ui.responses import Comparison, at_version, conflict
from regions.requests import UserRequest, require, require_role


def _visible_report(request: UserRequest, public_id: str) -> SevereReport:
    reports = reports_with_places().select_related("facility", "taken_up_by", "linked_by", "follow_up__supplier")
    return get_object_or_404(reports.visible_to(request.user), public_id=public_id)


@require_safe
def severe_list(request: UserRequest) -> HttpResponse:
    """The reports that the user may read."""
    require_role(request)
    require(can_read_reports(request.user))
    return render(request, "followups/severe_list.html", {"page": report_page(request.user, request.GET)})


@require_safe
def severe_detail(request: UserRequest, public_id: str) -> HttpResponse:
    report = _visible_report(request, public_id)
    facilities = Facility.objects.visible_to(request.user).filter(pk=report.facility_id or 0)
    context = {
        "report": report,
        "facility_readable": facilities.exists(),
        "follow_up_visible": FollowUp.objects.visible_to(request.user).filter(pk=report.follow_up_id or 0).exists(),
        "files": report.files.select_related("file"),
        "may_handle": can_handle_report(request.user, report),
        "may_open": can_open_follow_up(request.user),
    }
    return render(request, "followups/severe_detail.html", context)


@require_POST
def severe_take_up(request: UserRequest, public_id: str) -> HttpResponse:
    report = _visible_report(request, public_id)
    require(can_handle_report(request.user, report))
    take_up_report(by=request.user, report=report)
    messages.success(request, _("You have taken up the report."))
    return redirect("followups:severe-detail", report.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def severe_link(request: UserRequest, public_id: str) -> HttpResponse:
    """Say which follow-up the report belongs to."""
    report = _visible_report(request, public_id)
    require(can_handle_report(request.user, report))
    follow_ups = follow_ups_for(request.user, report)
    form = LinkReportForm(request.POST or None, follow_ups=follow_ups, version=report.version)
    if request.method == "POST" and form.is_valid():
        try:
            link_report(by=request.user, report=report, **form.cleaned_data)
        except StaleVersionError as error:
            again = LinkReportForm(
                at_version(request.POST, error.stored.version), follow_ups=follow_ups, version=error.stored.version
            )
            mine, theirs = form.cleaned_data["follow_up"], error.stored.follow_up
            comparison = Comparison(form.fields["follow_up"].label, str(mine), str(theirs or "–"))
            return conflict(request, context={"form": again}, comparisons=[comparison])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The report belongs to the follow-up."))
            return redirect("followups:severe-detail", report.public_id)
    context = {"form": form, "report": report, "may_open": can_open_follow_up(request.user)}
    return render(request, "followups/severe_link.html", context)


@require_safe
def severe_file(request: UserRequest, public_id: str) -> FileResponse:
    files = SevereFile.objects.visible_to(request.user).select_related("file")
    return serve(get_object_or_404(files, public_id=public_id).file)


# --- the standing link of a contract


@require_http_methods(["GET", "HEAD", "POST"])
def reporter_issue(request: UserRequest, public_id: str) -> HttpResponse:
    """Give a person at the supplier the contract's standing link for severe deviations."""
    contracts = Contract.objects.visible_to(request.user).select_related("supplier", "region")
    contract = get_object_or_404(contracts, public_id=public_id)
    require(can_issue_reporter_link(request.user, contract))
    contacts = SupplierContact.objects.visible_to(request.user).current().filter(supplier=contract.supplier_id)
    form = ReporterForm(request.POST or None, contacts=contacts.order_by("name", "pk"))
    if request.method == "POST" and form.is_valid():
        link = issue_link(by=request.user, holder=Holder.REPORTER, contract=contract, **form.cleaned_data)
        messages.success(request, _("The link is on its way to %(email)s.") % {"email": link.email})
        return redirect("codeofconduct:contract-detail", contract.public_id)
    return render(request, "followups/reporter_issue.html", {"form": form, "contract": contract})


def _own_reporter(request: UserRequest, public_id: str) -> tuple[AccessLink, Contract]:
    links = AccessLink.objects.visible_to(request.user).filter(holder=Holder.REPORTER)
    link = get_object_or_404(links, public_id=public_id)
    contract = get_object_or_404(Contract, pk=link.contract_id)
    require(can_issue_reporter_link(request.user, contract))
    return link, contract


@require_POST
def reporter_resend(request: UserRequest, public_id: str) -> HttpResponse:
    link, contract = _own_reporter(request, public_id)
    try:
        resend_link(by=request.user, link=link)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("A new link is on its way to %(email)s.") % {"email": link.email})
    return redirect("codeofconduct:contract-detail", contract.public_id)


@require_POST
def reporter_revoke(request: UserRequest, public_id: str) -> HttpResponse:
    link, contract = _own_reporter(request, public_id)
    revoke_link(by=request.user, link=link)
    messages.success(request, _("The link of %(name)s leads nowhere any more.") % {"name": link.name})
    return redirect("codeofconduct:contract-detail", contract.public_id)
