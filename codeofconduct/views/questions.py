"""Pages on which a draft's sections and questions are written."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from codeofconduct.actions.questionnaires import add_section, move_section, remove_section, revise_section
from codeofconduct.actions.questions import add_question, move_question, remove_question, revise_question
from codeofconduct.forms.questionnaires import AddForm, MoveForm, RemoveForm, SectionEditForm, SectionForm
from codeofconduct.forms.questions import QuestionEditForm, QuestionForm
from codeofconduct.models import Question, QuestionnaireSection, QuestionnaireVersion
from codeofconduct.presentation.questionnaires import compared, compared_question
from codeofconduct.views.questionnaires import draft_of
from codeofconduct.views.versions import refuse
from portal.history.versions import StaleVersionError
from portal.ui.responses import at_version, conflict
from regions.requests import UserRequest


def _section_of(draft: QuestionnaireVersion, section_id: str) -> QuestionnaireSection:
    return get_object_or_404(draft.sections.select_related("questionnaire_version"), public_id=section_id)


def _question_of(draft: QuestionnaireVersion, key: str) -> Question:
    questions = Question.objects.filter(section__questionnaire_version=draft)
    return get_object_or_404(
        questions.select_related("section__questionnaire_version", "requirement", "depends_on"), key=key
    )


def _to(draft: QuestionnaireVersion, anchor: str) -> HttpResponseRedirect:
    page = reverse("codeofconduct:questionnaire-version", args=[draft.public_id])
    return redirect(f"{page}#{anchor}")


def _tell(request: UserRequest, error: ValidationError) -> None:
    messages.error(request, " ".join(error.messages))


# --- sections


@require_http_methods(["GET", "HEAD", "POST"])
def section_add(request: UserRequest, public_id: str) -> HttpResponse:
    draft = draft_of(request, public_id)
    form = SectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            section = add_section(by=request.user, version=draft, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The section is added."))
            return _to(draft, f"section-{section.public_id}")
    return render(request, "codeofconduct/questionnaire_section.html", {"form": form, "version": draft})


@require_http_methods(["GET", "HEAD", "POST"])
def section_edit(request: UserRequest, public_id: str, section_id: str) -> HttpResponse:
    draft = draft_of(request, public_id)
    section = _section_of(draft, section_id)
    form = SectionEditForm(request.POST or None, section=section)
    if request.method == "POST" and form.is_valid():
        texts = dict(form.cleaned_data)
        try:
            revise_section(by=request.user, section=section, seen=texts.pop("version"), **texts)
        except StaleVersionError as error:
            again = SectionEditForm(at_version(request.POST, error.stored.version), section=section)
            return _conflict(request, draft, again, compared(form, error.stored))
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The section is saved."))
            return _to(draft, f"section-{section.public_id}")
    context = {"form": form, "version": draft, "section": section}
    return render(request, "codeofconduct/questionnaire_section.html", context)


@require_POST
def section_move(request: UserRequest, public_id: str, section_id: str) -> HttpResponse:
    draft = draft_of(request, public_id)
    section = _section_of(draft, section_id)
    try:
        move_section(by=request.user, section=section, up=MoveForm(request.POST).up)
    except ValidationError as error:
        _tell(request, error)
    return _to(draft, f"section-{section.public_id}")


@require_POST
def section_remove(request: UserRequest, public_id: str, section_id: str) -> HttpResponse:
    draft = draft_of(request, public_id)
    section = _section_of(draft, section_id)
    try:
        remove_section(by=request.user, section=section)
    except ValidationError as error:
        _tell(request, error)
        return _to(draft, f"section-{section.public_id}")
    messages.success(request, _("The section is removed."))
    return _to(draft, "sections")


# --- questions


@require_http_methods(["GET", "HEAD", "POST"])
def question_add(request: UserRequest, public_id: str) -> HttpResponse:
    draft = draft_of(request, public_id)
    asked_for = AddForm(request.GET)
    wanted = asked_for.cleaned_data["section"] if asked_for.is_valid() else ""
    section = draft.sections.filter(public_id=wanted).first() or draft.sections.order_by("-number").first()
    if section is None:
        messages.error(request, _("Add a section first; a question stands in one."))
        return redirect("codeofconduct:questionnaire-section-add", draft.public_id)
    form = QuestionForm(request.POST or None, draft=draft, initial={"section": section})
    if request.method == "POST" and form.is_valid():
        try:
            question = add_question(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The question is added."))
            return _to(draft, f"question-{question.key}")
    return render(request, "codeofconduct/questionnaire_question.html", {"form": form, "version": draft})


@require_http_methods(["GET", "HEAD", "POST"])
def question_edit(request: UserRequest, public_id: str, key: str) -> HttpResponse:
    draft = draft_of(request, public_id)
    question = _question_of(draft, key)
    form = QuestionEditForm(request.POST or None, draft=draft, question=question)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            saved = revise_question(by=request.user, question=question, seen=fields.pop("version"), **fields)
        except StaleVersionError as error:
            return _question_conflict(request, draft, form, error.stored)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The question is saved."))
            return _to(draft, f"question-{saved.key}")
    context = {"form": form, "version": draft, "question": question}
    return render(request, "codeofconduct/questionnaire_question.html", context)


@require_POST
def question_move(request: UserRequest, public_id: str, key: str) -> HttpResponse:
    draft = draft_of(request, public_id)
    question = _question_of(draft, key)
    try:
        move_question(by=request.user, question=question, up=MoveForm(request.POST).up)
    except ValidationError as error:
        _tell(request, error)
    return _to(draft, f"question-{question.key}")


@require_POST
def question_remove(request: UserRequest, public_id: str, key: str) -> HttpResponse:
    draft = draft_of(request, public_id)
    question = _question_of(draft, key)
    form = RemoveForm(request.POST)
    try:
        seen = form.cleaned_data["version"] if form.is_valid() else -1
        remove_question(by=request.user, question=question, seen=seen)
    except StaleVersionError:
        messages.error(
            request, _("Someone has changed the question since this page was shown. Look at it again first.")
        )
    except ValidationError as error:
        _tell(request, error)
    else:
        messages.success(request, _("The question is removed."))
        return _to(draft, f"section-{question.section.public_id}")
    return redirect("codeofconduct:question-edit", draft.public_id, question.key)


def _question_conflict(
    request: UserRequest, draft: QuestionnaireVersion, form: QuestionEditForm, stored: Question
) -> HttpResponse:
    again = QuestionEditForm(at_version(request.POST, stored.version), draft=draft, question=stored)
    return _conflict(request, draft, again, compared_question(form, stored))


def _conflict(request: UserRequest, draft: QuestionnaireVersion, form: Any, comparisons: list[Any]) -> HttpResponse:
    context = {"form": form, "version": draft}
    return conflict(request, "codeofconduct/questionnaire_conflict.html", context, comparisons=comparisons)
