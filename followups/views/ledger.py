"""Pages about what reuse spares, and what the secretariat keeps for it: standard costs and the rules."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from followups.actions.costs import add_cost, decide_rules, revise_cost
from followups.forms.reuse import CostEditForm, CostForm, LedgerForm, RulesForm
from followups.models import ReuseRules, StandardCost
from followups.permissions import can_keep_reuse
from followups.queries.ledger import ledger_for, years
from portal.history.versions import StaleVersionError
from portal.ui.responses import Comparison, at_version, conflict
from portal.ui.templatetags.formats import day, kronor
from regions.requests import UserRequest, require, require_role


@require_safe
def ledger(request: UserRequest) -> HttpResponse:
    require_role(request)
    form = LedgerForm(request.GET, years=years())
    form.is_valid()
    found = ledger_for(request.user, form.cleaned_data)
    context = {"form": form, "may_keep": can_keep_reuse(request.user), **found}
    return render(request, "followups/ledger.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def cost_list(request: UserRequest) -> HttpResponse:
    """The standard costs of each kind, and the form for another."""
    require_role(request)
    require(can_keep_reuse(request.user))
    form = CostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_cost(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The standard cost is entered. It holds for reuses from now on."))
            return redirect("followups:cost-list")
    costs = StandardCost.objects.select_related("created_by", "changed_by")
    return render(request, "followups/cost_list.html", {"form": form, "costs": costs})


@require_http_methods(["GET", "HEAD", "POST"])
def cost_edit(request: UserRequest, public_id: str) -> HttpResponse:
    require_role(request)
    cost = get_object_or_404(StandardCost, public_id=public_id)
    require(can_keep_reuse(request.user))
    form = CostEditForm(request.POST or None, cost=cost)
    if request.method == "POST" and form.is_valid():
        try:
            revise_cost(by=request.user, cost=cost, **form.cleaned_data)
        except StaleVersionError as error:
            return _cost_conflict(request, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _("The standard cost is corrected. Earlier reuses keep the one they were made with.")
            )
            return redirect("followups:cost-list")
    return render(request, "followups/cost_edit.html", {"form": form, "cost": cost})


def _cost_conflict(request: UserRequest, form: CostEditForm, error: StaleVersionError[StandardCost]) -> HttpResponse:
    stored, typed = error.stored, form.cleaned_data
    again = CostEditForm(at_version(request.POST, stored.version), cost=stored)
    comparisons = [
        Comparison(_("Standard cost (kronor)"), kronor(typed["amount_ore"]), kronor(stored.amount_ore)),
        Comparison(_("From"), day(typed["valid_from"]), day(stored.valid_from)),
        Comparison(_("Source"), typed["source"], stored.source),
    ]
    context = {"form": again, "back_url": reverse("followups:cost-list")}
    return conflict(request, "409.html", context, comparisons=comparisons)


@require_http_methods(["GET", "HEAD", "POST"])
def reuse_rules(request: UserRequest) -> HttpResponse:
    """The rules that hold, a form for other ones, and all decisions so far."""
    require_role(request)
    require(can_keep_reuse(request.user))
    rules = ReuseRules.objects.all().in_force()
    form = RulesForm(request.POST or None, rules=rules)
    if request.method == "POST" and form.is_valid():
        try:
            decide_rules(by=request.user, **form.values)
        except StaleVersionError as error:
            return _rules_conflict(request, form, error)
        messages.success(request, _("The rules hold from now on. Reuses that were made stay as they are."))
        return redirect("followups:reuse-rules")
    decisions = ReuseRules.objects.select_related("created_by").prefetch_related("similar")
    return render(request, "followups/reuse_rules.html", {"form": form, "rules": rules, "decisions": decisions})


def _rules_conflict(request: UserRequest, form: RulesForm, error: StaleVersionError[ReuseRules]) -> HttpResponse:
    stored, typed = error.stored, form.values
    again = RulesForm(at_version(request.POST, stored.version), rules=stored)
    comparisons = [
        Comparison(form.fields[name].label, str(typed[name]), str(getattr(stored, name)))
        for name in ("max_age_months", "reason")
    ]
    context = {"form": again, "back_url": reverse("followups:reuse-rules")}
    return conflict(request, "409.html", context, comparisons=comparisons)
