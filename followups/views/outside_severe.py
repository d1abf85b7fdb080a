"""The supplier's report of a severe deviation, by the standing link of its contract."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from followups.actions.severe import report_severe
from followups.enums.links import Holder
from followups.forms.severe import SevereReportForm
from followups.outside import LinkRequest, by_link
from portal.ui.templatetags.formats import day


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(Holder.REPORTER)
def outside_severe(request: LinkRequest) -> HttpResponse:
    contract = request.link.contract
    assert contract is not None  # noqa: S101 - a reporter's link has one
    form = SevereReportForm(request.POST or None, request.FILES or None, contract=contract)
    if request.method == "POST" and form.is_valid():
        report = report_severe(by=request.link.actor, contract=contract, **form.cleaned_data)
        text = _("Your report has arrived. It was due on %(day)s.") % {"day": day(report.due_on)}
        messages.success(request, text)
        return redirect("followups:outside-start", request.link.public_id)
    context = {"link": request.link, "contract": contract, "form": form}
    return render(request, "followups/outside/severe.html", context)
