"""Pages of what is demanded: the hub, the lines of code and clause, and guidance."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codeofconduct.actions.documents import start_guidance
from codeofconduct.actions.versions import start_first_version
from codeofconduct.forms.documents import GuidanceFilterForm, GuidanceForm, StartForm
from codeofconduct.models import Guidance, GuidanceVersion
from codeofconduct.permissions import can_keep_documents, sees_contracts
from codeofconduct.presentation.documents import LINES, version_url
from codeofconduct.queries.documents import (
    LEVELS,
    draft_of_line,
    guidance_listed,
    hub_of,
    replaced_contract_count,
    versions_of_line,
)
from codeofconduct.queries.knowledge import enquiries_of_guidance
from codeofconduct.views.versions import refuse
from portal.search.ordering import swedish
from portal.ui.paging import key_page
from regions.requests import UserRequest, require, require_role


@require_safe
def requirement_list(request: UserRequest) -> HttpResponse:
    """What is demanded, and what of it is in force today."""
    require_role(request)
    hub = hub_of(request.user)
    context = {
        "lines": [(key, title, hub.lines[key]) for key, title in LINES.items()],
        "hub": hub,
        "replaced": replaced_contract_count(request.user) if sees_contracts(request.user) else 0,
    }
    return render(request, "codeofconduct/requirement_list.html", context)


@require_safe
def document_detail(request: UserRequest, line: str) -> HttpResponse:
    """The versions of the code, or of the clause of a level."""
    require_role(request)
    if line not in LINES:
        raise Http404
    versions = list(versions_of_line(request.user, line))
    context = {
        "line": line,
        "title": LINES[line],
        "versions": versions,
        "draft": draft_of_line(versions),
        "is_clause": line in LEVELS,
        "sees_contracts": sees_contracts(request.user),
        "may_keep": can_keep_documents(request.user),
    }
    return render(request, "codeofconduct/document_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def document_start(request: UserRequest, line: str) -> HttpResponse:
    """The first, empty draft of a line that has no version yet."""
    require_role(request)
    if line not in LINES:
        raise Http404
    require(can_keep_documents(request.user))
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        versions = versions_of_line(request.user, line)
        which = {"level": LEVELS[line]} if line in LEVELS else {}
        try:
            draft = start_first_version(by=request.user, model=versions.model, line=which, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The draft is there. Add what it shall say."))
            return redirect(version_url(draft))
    return render(request, "codeofconduct/document_start.html", {"form": form, "line": line, "title": LINES[line]})


@require_safe
def guidance_list(request: UserRequest) -> HttpResponse:
    """Guidance by area and purchase category."""
    require_role(request)
    form = GuidanceFilterForm(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    lines = guidance_listed(
        request.user, text=asked.get("q", ""), area=asked.get("area", ""), category=asked.get("category")
    )
    context = {
        "form": form,
        "page": key_page(lines, request.GET, by=swedish("title_sv")),
        "is_narrowed": any(asked.values()),
        "may_keep": can_keep_documents(request.user),
    }
    return render(request, "codeofconduct/guidance_list.html", context)


@require_safe
def guidance_detail(request: UserRequest, public_id: str) -> HttpResponse:
    """The versions of a line of guidance."""
    visible = Guidance.objects.visible_to(request.user).select_related("category")
    guidance = get_object_or_404(visible, public_id=public_id)
    versions = list(GuidanceVersion.objects.visible_to(request.user).filter(guidance=guidance).order_by("-valid_from"))
    context = {
        "guidance": guidance,
        "versions": versions,
        "draft": draft_of_line(versions),
        "may_keep": can_keep_documents(request.user),
        "enquiries": enquiries_of_guidance(request.user, guidance),
    }
    return render(request, "codeofconduct/guidance_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def guidance_start(request: UserRequest) -> HttpResponse:
    """A new line of guidance with its first draft."""
    require_role(request)
    require(can_keep_documents(request.user))
    form = GuidanceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = start_guidance(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The draft is there. Add what it shall say."))
            return redirect(version_url(draft))
    return render(request, "codeofconduct/guidance_start.html", {"form": form})
