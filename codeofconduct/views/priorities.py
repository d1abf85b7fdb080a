"""Pages of the priority periods."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codeofconduct.actions.categories import discard_period, open_period, prioritise, withdraw_priority
from codeofconduct.forms.categories import PeriodForm, PrioritiseForm, WithdrawForm
from codeofconduct.models import PriorityPeriod
from codeofconduct.permissions import can_keep_categories, can_prioritise
from codeofconduct.presentation.categories import history_of_period
from codeofconduct.queries.categories import period_that_counts, periods, prioritised_listed
from codeofconduct.views.categories import visible as visible_category
from portal.search.ordering import swedish
from portal.ui.paging import key_page
from regions.requests import UserRequest, require, require_role


def visible(request: UserRequest, public_id: str) -> PriorityPeriod:
    """The period, or 404 to those without a role."""
    return get_object_or_404(PriorityPeriod.objects.visible_to(request.user), public_id=public_id)


@require_safe
def period_list(request: UserRequest) -> HttpResponse:
    require_role(request)
    context = {
        "page": key_page(periods(), request.GET, by=F("valid_from"), newest_first=True),
        "counts": period_that_counts(),
        "may_keep": can_keep_categories(request.user),
    }
    return render(request, "codeofconduct/period_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def period_add(request: UserRequest) -> HttpResponse:
    require_role(request)
    require(can_keep_categories(request.user))
    form = PeriodForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            period = open_period(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The period is there. Its list is empty so far."))
            return redirect("codeofconduct:period-detail", period.public_id)
    return render(request, "codeofconduct/period_add.html", {"form": form})


@require_safe
def period_detail(request: UserRequest, public_id: str) -> HttpResponse:
    """What is prioritised in the period, and why."""
    period = visible(request, public_id)
    changes = history_of_period(period, request.GET.get("older", ""))
    context = {
        "period": period,
        "page": key_page(prioritised_listed(period), request.GET, by=swedish("name")),
        "may_prioritise": can_prioritise(request.user, period),
        "changes": changes.rows,
        "older_url": f"?{urlencode({'older': changes.older})}" if changes.older else "",
    }
    return render(request, "codeofconduct/period_detail.html", context)


@require_POST
def period_discard(request: UserRequest, public_id: str) -> HttpResponse:
    """Take away a period whose list is empty, begun by mistake."""
    period = visible(request, public_id)
    require(can_prioritise(request.user, period))
    try:
        discard_period(by=request.user, period=period)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("codeofconduct:period-detail", period.public_id)
    messages.success(request, _("The period %(period)s is taken away.") % {"period": period})
    return redirect("codeofconduct:period-list")


@require_http_methods(["GET", "HEAD", "POST"])
def period_prioritise(request: UserRequest, public_id: str) -> HttpResponse:
    """Put a category on the period's list."""
    period = visible(request, public_id)
    require(can_prioritise(request.user, period))
    form = PrioritiseForm(request.POST or None, period=period)
    if request.method == "POST" and form.is_valid():
        try:
            priority = prioritise(by=request.user, period=period, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            told = {"category": priority.category, "period": period}
            messages.success(request, _("%(category)s is prioritised %(period)s.") % told)
            return redirect("codeofconduct:period-detail", period.public_id)
    return render(request, "codeofconduct/period_prioritise.html", {"form": form, "period": period})


@require_http_methods(["GET", "HEAD", "POST"])
def period_withdraw(request: UserRequest, public_id: str, category_id: str) -> HttpResponse:
    """Take a category off the period's list."""
    period, category = visible(request, public_id), visible_category(request, category_id)
    require(can_prioritise(request.user, period))
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_priority(by=request.user, period=period, category=category, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            told = {"category": category, "period": period}
            messages.success(request, _("%(category)s is no longer prioritised %(period)s.") % told)
            return redirect("codeofconduct:period-detail", period.public_id)
    context = {"form": form, "period": period, "category": category}
    return render(request, "codeofconduct/period_withdraw.html", context)
