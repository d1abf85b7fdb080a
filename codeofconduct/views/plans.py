"""Pages of the categories' action plans."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codeofconduct.actions.plans import add_plan, add_task, change_plan, change_task, finish_task, reopen_task
from codeofconduct.forms.plans import PlanEditForm, PlanForm, TaskEditForm, TaskForm
from codeofconduct.models import CategoryPlan, PlanTask
from codeofconduct.permissions import can_finish_task, can_keep_plan
from codeofconduct.presentation.conflicts import differences
from codeofconduct.queries.plans import open_tasks_of
from codeofconduct.reminders import reminders_shown
from codeofconduct.views.categories import visible as visible_category
from portal import clock
from portal.history.queries import Ever, changes_of
from portal.history.versions import StaleVersionError
from portal.ui.paging import key_page
from portal.ui.responses import at_version, conflict
from regions.requests import UserRequest, require, require_role

PLAN_FIELDS = ("title", "goal", "valid_from", "valid_to")


def visible(request: UserRequest, public_id: str) -> CategoryPlan:
    """The plan, or 404 to those without a role."""
    return get_object_or_404(
        CategoryPlan.objects.visible_to(request.user).select_related("category"), public_id=public_id
    )


def visible_task(request: UserRequest, public_id: str) -> PlanTask:
    tasks = PlanTask.objects.visible_to(request.user).select_related("plan__category", "owner")
    return get_object_or_404(tasks, public_id=public_id)


@require_safe
def task_list(request: UserRequest) -> HttpResponse:
    """The user's own open tasks, the one that is due first on top."""
    require_role(request)
    page = key_page(open_tasks_of(request.user), request.GET, by=F("due_on"))
    return render(request, "codeofconduct/task_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def plan_add(request: UserRequest, public_id: str) -> HttpResponse:
    category = visible_category(request, public_id)
    require(can_keep_plan(request.user, category))
    form = PlanForm(request.POST or None, initial={"valid_from": clock.today()})
    if request.method == "POST" and form.is_valid():
        plan = add_plan(by=request.user, category=category, **form.cleaned_data)
        messages.success(request, _("The category action plan is there. Now add its tasks."))
        return redirect("codeofconduct:plan-detail", plan.public_id)
    return render(request, "codeofconduct/plan_add.html", {"form": form, "category": category})


@require_safe
def plan_detail(request: UserRequest, public_id: str) -> HttpResponse:
    """What is to be done, by whom and when."""
    plan = visible(request, public_id)
    may_keep = can_keep_plan(request.user, plan.category)
    page = key_page(plan.tasks.select_related("owner", "done_by"), request.GET, by=F("due_on"))
    changes = changes_of(plan, Ever(PlanTask, plan=plan), before=request.GET.get("older", ""), size=10)
    context = {
        "plan": plan,
        "category": plan.category,
        "page": page,
        "rows": [(task, may_keep or task.owner_id == request.user.pk) for task in page.rows],
        "reminders": reminders_shown(request.user, page.rows, may_keep=may_keep),
        "may_keep": may_keep,
        "changes": changes.rows,
        "older_url": f"?{urlencode({'older': changes.older})}" if changes.older else "",
    }
    return render(request, "codeofconduct/plan_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: UserRequest, public_id: str) -> HttpResponse:
    plan = visible(request, public_id)
    require(can_keep_plan(request.user, plan.category))
    form = PlanEditForm(request.POST or None, initial={name: getattr(plan, name) for name in (*PLAN_FIELDS, "version")})
    if request.method == "POST" and form.is_valid():
        try:
            change_plan(by=request.user, plan=plan, **form.cleaned_data)
        except StaleVersionError as error:
            again = PlanEditForm(at_version(request.POST, error.stored.version))
            held = {name: getattr(error.stored, name) for name in PLAN_FIELDS}
            return conflict(request, context={"form": again}, comparisons=differences(form, held))
        messages.success(request, _("The category action plan is saved."))
        return redirect("codeofconduct:plan-detail", plan.public_id)
    return render(request, "codeofconduct/plan_edit.html", {"form": form, "plan": plan})


@require_http_methods(["GET", "HEAD", "POST"])
def task_add(request: UserRequest, public_id: str) -> HttpResponse:
    plan = visible(request, public_id)
    require(can_keep_plan(request.user, plan.category))
    form = TaskForm(request.POST or None, category=plan.category)
    if request.method == "POST" and form.is_valid():
        add_task(by=request.user, plan=plan, **form.cleaned_data)
        messages.success(request, _("The task is added."))
        return redirect("codeofconduct:plan-detail", plan.public_id)
    return render(request, "codeofconduct/task_add.html", {"form": form, "plan": plan})


@require_http_methods(["GET", "HEAD", "POST"])
def task_edit(request: UserRequest, public_id: str) -> HttpResponse:
    task = visible_task(request, public_id)
    require(can_keep_plan(request.user, task.plan.category))
    form = _task_form(request.POST or None, task)
    if request.method == "POST" and form.is_valid():
        try:
            change_task(by=request.user, task=task, **form.cleaned_data)
        except StaleVersionError as error:
            stored = error.stored
            again = _task_form(at_version(request.POST, stored.version), stored)
            held = {"text": stored.text, "owner": stored.owner, "due_on": stored.due_on}
            return conflict(request, context={"form": again}, comparisons=differences(form, held))
        messages.success(request, _("The task is saved."))
        return redirect("codeofconduct:plan-detail", task.plan.public_id)
    return render(request, "codeofconduct/task_edit.html", {"form": form, "task": task, "plan": task.plan})


def _task_form(data: Any, task: PlanTask) -> TaskEditForm:
    owner = task.owner.public_id if task.owner else ""
    held = {"text": task.text, "owner": owner, "due_on": task.due_on, "version": task.version}
    return TaskEditForm(data, initial=held, category=task.plan.category, owner=task.owner)


@require_POST
def task_finish(request: UserRequest, public_id: str) -> HttpResponse:
    task = visible_task(request, public_id)
    require(can_finish_task(request.user, task))
    finish_task(by=request.user, task=task)
    messages.success(request, _("The task is done."))
    return _to_task(request, task)


@require_POST
def task_reopen(request: UserRequest, public_id: str) -> HttpResponse:
    task = visible_task(request, public_id)
    require(can_finish_task(request.user, task))
    reopen_task(by=request.user, task=task)
    messages.success(request, _("The task is open again."))
    return _to_task(request, task)


def _to_task(request: UserRequest, task: PlanTask) -> HttpResponseRedirect:
    """Back to the list it was done from: the user's own tasks, or the plan."""
    if "own" in request.POST:
        return redirect("codeofconduct:task-list")
    return redirect(f"{reverse('codeofconduct:plan-detail', args=[task.plan.public_id])}#task-{task.public_id}")
