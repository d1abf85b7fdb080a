"""Pages of the questionnaires: the lines, a version, its preview and coverage, and what becomes of a draft."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codeofconduct.actions.questionnaires import revise_questionnaire, start_questionnaire
from codeofconduct.actions.versions import adopt_version, discard_draft, start_next_version
from codeofconduct.forms.answers import AnswerForm
from codeofconduct.forms.documents import AdoptForm, DiscardForm, StartForm
from codeofconduct.forms.questionnaires import (
    DraftForm,
    PreviewForm,
    QuestionnaireForm,
)
from codeofconduct.models import QuestionnaireVersion
from codeofconduct.permissions import can_build_questionnaires, can_edit_questionnaire
from codeofconduct.presentation.questionnaires import compared, history_of
from codeofconduct.queries.questionnaires import (
    content_from,
    content_of,
    coverage_of,
    questionnaires_visible_to,
    sections_of,
    stored_pdf,
)
from codeofconduct.questionnaire_logic import questions_of
from codeofconduct.questionnaire_writing import lacks
from codeofconduct.views.versions import refuse
from portal.history.versions import StaleVersionError
from portal.search.ordering import swedish
from portal.ui.paging import key_page
from portal.ui.responses import at_version, conflict
from regions.requests import UserRequest, require, require_role


def visible(request: UserRequest, public_id: str) -> QuestionnaireVersion:
    """The version with what its pages show, as far as this user may see it, otherwise 404."""
    found = QuestionnaireVersion.objects.visible_to(request.user)
    return get_object_or_404(found.select_related("questionnaire", "clause_version", "adopted_by"), public_id=public_id)


def draft_of(request: UserRequest, public_id: str) -> QuestionnaireVersion:
    """A draft that the user may change; 403 for what is visible but locked or not theirs."""
    version = visible(request, public_id)
    require(can_edit_questionnaire(request.user, version))
    return version


@require_safe
def questionnaire_list(request: UserRequest) -> HttpResponse:
    """The lines of questionnaires with their versions."""
    require_role(request)
    context = {
        "page": key_page(questionnaires_visible_to(request.user), request.GET, by=swedish("title_sv")),
        "can_build": can_build_questionnaires(request.user),
    }
    return render(request, "codeofconduct/questionnaire_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_start(request: UserRequest) -> HttpResponse:
    """A new line with its first draft."""
    require_role(request)
    require(can_build_questionnaires(request.user))
    form = QuestionnaireForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            draft = start_questionnaire(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The draft is there. Add its sections and questions."))
            return redirect("codeofconduct:questionnaire-version", draft.public_id)
    return render(request, "codeofconduct/questionnaire_start.html", {"form": form})


@require_safe
def questionnaire_version(request: UserRequest, public_id: str) -> HttpResponse:
    """What a version says; of a draft, where it is built."""
    version = visible(request, public_id)
    may_build = can_build_questionnaires(request.user)
    siblings = QuestionnaireVersion.objects.visible_to(request.user).filter(questionnaire=version.questionnaire)
    context = {
        "version": version,
        "sections": sections_of(version),
        "may_edit": can_edit_questionnaire(request.user, version),
        "may_build": may_build,
        "lacks": lacks(version) if can_edit_questionnaire(request.user, version) else [],
        "siblings": siblings.exclude(pk=version.pk).order_by("-valid_from", "-pk"),
        "has_draft": siblings.drafts().exists(),
        "pdfs": [(language, stored_pdf(version, language)) for language in ("sv", "en")],
    }
    return render(request, "codeofconduct/questionnaire_version.html", context)


@require_safe
def questionnaire_history(request: UserRequest, public_id: str) -> HttpResponse:
    """Who changed what when; for those who build."""
    version = visible(request, public_id)
    require(can_build_questionnaires(request.user))
    changes = history_of(version, request.GET.get("before", ""))
    older_url = f"?{urlencode({'before': changes.older})}" if changes.older else ""
    context = {"version": version, "changes": changes, "older_url": older_url}
    return render(request, "codeofconduct/questionnaire_history.html", context)


@require_safe
def questionnaire_coverage(request: UserRequest, public_id: str) -> HttpResponse:
    """Which requirement is informed by which questions."""
    version = visible(request, public_id)
    content = content_of(version)
    rows = coverage_of(version, content)
    context = {
        "version": version,
        "rows": rows,
        "missing": [row.requirement for row in rows if row.requirement and not row.questions],
        "weight": sum(question.weight for question in questions_of(content)),
    }
    return render(request, "codeofconduct/questionnaire_coverage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_preview(request: UserRequest, public_id: str) -> HttpResponse:
    """The questionnaire as a supplier sees it, in the chosen language. What is filled in is stored nowhere."""
    version = visible(request, public_id)
    choice = PreviewForm(request.GET)
    with translation.override(choice.chosen(translation.get_language() or "sv")):
        sections = sections_of(version)
        checks = "check" in request.POST
        form = AnswerForm(sections=sections, typed=request.POST, files=request.FILES, checks=checks)
        form.is_valid()
        context = {"version": version, "form": form, "content": content_from(sections)}
        context["language"] = translation.get_language()
        part = render_to_string("codeofconduct/_questionnaire_answers.html", context, request)
    return render(request, "codeofconduct/questionnaire_preview.html", {**context, "part": part})


@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_edit(request: UserRequest, public_id: str) -> HttpResponse:
    """What stands about a draft: its name, dates, clause."""
    draft = draft_of(request, public_id)
    form = DraftForm(request.POST or None, draft=draft, user=request.user)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            revise_questionnaire(by=request.user, version=draft, seen=values.pop("version"), **values)
        except StaleVersionError as error:
            again = DraftForm(at_version(request.POST, error.stored.version), draft=draft, user=request.user)
            context = {"form": again, "version": visible(request, public_id)}
            comparisons = compared(form, error.stored)
            return conflict(request, "codeofconduct/questionnaire_conflict.html", context, comparisons=comparisons)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The draft is saved."))
            return redirect("codeofconduct:questionnaire-version", public_id)
    return render(request, "codeofconduct/questionnaire_edit.html", {"form": form, "version": draft})


@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_next(request: UserRequest, public_id: str) -> HttpResponse:
    """The next version, which starts as a copy of this one."""
    version = visible(request, public_id)
    require(can_build_questionnaires(request.user))
    if draft := version.questionnaire.versions.drafts().first():
        messages.info(request, _("There is already a draft of the next version."))
        return redirect("codeofconduct:questionnaire-version", draft.public_id)
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = start_next_version(by=request.user, version=version, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The draft starts as a copy of the version before."))
            return redirect("codeofconduct:questionnaire-version", draft.public_id)
    return render(request, "codeofconduct/questionnaire_next.html", {"form": form, "version": version})


@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_adopt(request: UserRequest, public_id: str) -> HttpResponse:
    """Put a draft in force; from then on it is locked."""
    draft = visible(request, public_id)
    require(can_build_questionnaires(request.user))
    if draft.is_locked:  # pressed twice
        return redirect("codeofconduct:questionnaire-version", public_id)
    form = AdoptForm(request.POST or None, draft=draft)
    if request.method == "POST" and form.is_valid():
        seen, valid_from = form.cleaned_data["version"], form.cleaned_data["valid_from"]
        try:
            adopt_version(by=request.user, version=draft, seen=seen, valid_from=valid_from)
        except StaleVersionError as error:
            form = AdoptForm(at_version(request.POST, error.stored.version), draft=draft)
            form.add_error(None, _("Someone has changed the draft since this page was shown. Look at it again first."))
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The version is adopted and locked."))
            return redirect("codeofconduct:questionnaire-version", public_id)
    context = {"form": form, "version": draft, "lacks": lacks(draft)}
    return render(request, "codeofconduct/questionnaire_adopt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_discard(request: UserRequest, public_id: str) -> HttpResponse:
    """Confirm that a draft is taken away; its history stays."""
    draft = draft_of(request, public_id)
    form = DiscardForm(request.POST or None, draft=draft)
    if request.method == "POST" and form.is_valid():
        try:
            discard_draft(by=request.user, version=draft, seen=form.cleaned_data["version"])
        except StaleVersionError as error:
            form = DiscardForm(at_version(request.POST, error.stored.version), draft=draft)
            form.add_error(None, _("Someone has changed the draft since this page was shown. Look at it again first."))
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The draft %(name)s is discarded.") % {"name": draft.name})
            return redirect("codeofconduct:questionnaire-list")
    context = {"form": form, "version": draft, "line_title": draft.questionnaire.title}
    context["version_url"] = reverse("codeofconduct:questionnaire-version", args=[public_id])
    return render(request, "codeofconduct/questionnaire_discard.html", context)
