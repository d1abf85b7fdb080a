"""Self-assessments for those who work in the follow-up: sent, changed, read, asked back about, recommended upon."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from followups.actions.assessments import change_assessment, send_assessment, withdraw_assessment
from followups.actions.reviews import accept_all, accept_answer, answer_recommendation, ask_back, recommend
from followups.forms.assessments import (
    FOLLOWS,
    AskForm,
    ChangeForm,
    RecommendForm,
    RegionAnswerForm,
    SendForm,
    WithdrawForm,
    questionnaire_label,
)
from followups.models import Answer, AnswerFile, SelfAssessment
from followups.pages.assessments import detail_context
from followups.permissions import can_answer_recommendation, can_recommend, can_review, can_send_assessment
from followups.views.follow_ups import visible
from portal.files.responses import serve
from portal.history.versions import StaleVersionError
from portal.ui.responses import Comparison, at_version, conflict
from portal.ui.templatetags.formats import day
from regions.requests import UserRequest, require


def _visible_assessment(request: UserRequest, public_id: str) -> SelfAssessment:
    found = SelfAssessment.objects.visible_to(request.user).select_related(
        "follow_up__supplier",
        "follow_up__category",
        "follow_up__lead_region",
        "questionnaire_version__questionnaire",
        "created_by",
        "submitted_by",
        "accepted_by",
        "recommended_by",
        "region_answered_by",
    )
    return get_object_or_404(found, public_id=public_id)


def _visible_answer(request: UserRequest, public_id: str) -> Answer:
    answers = Answer.objects.visible_to(request.user).select_related(
        "self_assessment__follow_up__category", "self_assessment__follow_up__supplier", "question__section"
    )
    return get_object_or_404(answers, public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_send(request: UserRequest, public_id: str) -> HttpResponse:
    follow_up = visible(request, public_id)
    require(can_send_assessment(request.user, follow_up))
    form = SendForm(request.POST or None, user=request.user, follow_up=follow_up)
    if request.method == "POST" and form.is_valid():
        try:
            send_assessment(by=request.user, follow_up=follow_up, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            email = form.cleaned_data["email"]
            messages.success(
                request, _("The self-assessment is sent: %(email)s gets a personal link.") % {"email": email}
            )
            return redirect("followups:follow-up-detail", follow_up.public_id)
    return render(request, "followups/assessment_send.html", {"form": form, "follow_up": follow_up})


@require_safe
def assessment_detail(request: UserRequest, public_id: str) -> HttpResponse:
    """The answers beside requirement and evidence; before they are submitted, only how many there are."""
    assessment = _visible_assessment(request, public_id)
    return render(request, "followups/assessment_detail.html", detail_context(request.user, assessment))


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_change(request: UserRequest, public_id: str) -> HttpResponse:
    assessment = _visible_assessment(request, public_id)
    require(can_send_assessment(request.user, assessment.follow_up))
    form = ChangeForm(request.POST or None, assessment=assessment)
    if request.method == "POST" and form.is_valid():
        try:
            change_assessment(by=request.user, assessment=assessment, **form.cleaned_data)
        except StaleVersionError as error:
            return _change_conflict(request, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The change is saved."))
            return redirect("followups:follow-up-detail", assessment.follow_up.public_id)
    return _page(request, "followups/assessment_change.html", assessment, form)


def _change_conflict(request: UserRequest, form: ChangeForm, error: StaleVersionError[SelfAssessment]) -> HttpResponse:
    stored, typed = error.stored, form.cleaned_data
    again = ChangeForm(at_version(request.POST, stored.version), assessment=stored)
    comparisons = [
        Comparison(
            form.fields["questionnaire_version"].label,
            questionnaire_label(typed["questionnaire_version"]),
            questionnaire_label(stored.questionnaire_version),
        ),
        Comparison(form.fields["due_on"].label, day(typed["due_on"]), day(stored.due_on)),
    ]
    context = {"form": again, "follow_up": stored.follow_up}
    return conflict(request, "followups/conflict.html", context, comparisons=comparisons)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_withdraw(request: UserRequest, public_id: str) -> HttpResponse:
    assessment = _visible_assessment(request, public_id)
    require(can_send_assessment(request.user, assessment.follow_up))
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_assessment(by=request.user, assessment=assessment, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The self-assessment is withdrawn, and the supplier is told."))
            return redirect("followups:follow-up-detail", assessment.follow_up.public_id)
    return _page(request, "followups/assessment_withdraw.html", assessment, form)


@require_POST
def assessment_accept(request: UserRequest, public_id: str) -> HttpResponse:
    """All answers about which nothing waits."""
    assessment = _visible_assessment(request, public_id)
    require(can_review(request.user, assessment))
    try:
        accepted = accept_all(by=request.user, assessment=assessment)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if accepted.accepted_at:
            messages.success(request, _("All answers are accepted."))
        else:
            messages.warning(request, _("The answers are accepted, except those about which a question waits."))
    return redirect("followups:assessment-detail", assessment.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_recommend(request: UserRequest, public_id: str) -> HttpResponse:
    assessment = _visible_assessment(request, public_id)
    require(can_recommend(request.user, assessment))
    form = RecommendForm(request.POST or None, assessment=assessment)
    if request.method == "POST" and form.is_valid():
        try:
            recommend(by=request.user, assessment=assessment, **form.cleaned_data)
        except StaleVersionError as error:
            return _recommend_conflict(request, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The recommendation is made. The lead region answers it."))
            return redirect("followups:assessment-detail", assessment.public_id)
    return _page(request, "followups/assessment_recommend.html", assessment, form)


def _recommend_conflict(
    request: UserRequest, form: RecommendForm, error: StaleVersionError[SelfAssessment]
) -> HttpResponse:
    stored, typed = error.stored, form.cleaned_data
    again = RecommendForm(at_version(request.POST, stored.version), assessment=stored)
    comparisons = [
        Comparison(
            form.fields["recommendation"].label,
            str(typed["recommendation"].label),
            stored.get_recommendation_display() or "–",
        ),
        Comparison(form.fields["reason"].label, typed["reason"], stored.recommendation_reason or "–"),
    ]
    context = {"form": again, "follow_up": stored.follow_up}
    return conflict(request, "followups/conflict.html", context, comparisons=comparisons)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_answer(request: UserRequest, public_id: str) -> HttpResponse:
    """The lead region's answer to the recommendation."""
    assessment = _visible_assessment(request, public_id)
    require(can_answer_recommendation(request.user, assessment))
    form = RegionAnswerForm(request.POST or None, assessment=assessment)
    if request.method == "POST" and form.is_valid():
        try:
            answer_recommendation(by=request.user, assessment=assessment, **form.cleaned_data)
        except StaleVersionError as error:
            return _answer_conflict(request, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The region's answer is saved."))
            return redirect("followups:assessment-detail", assessment.public_id)
    return _page(request, "followups/assessment_answer.html", assessment, form)


def _answer_conflict(
    request: UserRequest, form: RegionAnswerForm, error: StaleVersionError[SelfAssessment]
) -> HttpResponse:
    """Both the answer that stands and the recommendation may be new: the page shows both."""
    stored, typed = error.stored, form.cleaned_data
    again = RegionAnswerForm(at_version(request.POST, stored.version), assessment=stored)
    words = dict(FOLLOWS)
    theirs = "–" if stored.region_accepts is None else words["yes" if stored.region_accepts else "no"]
    recommendation = f"{stored.get_recommendation_display()}: {stored.recommendation_reason}"
    comparisons = [
        Comparison(_("Recommendation"), "–", recommendation),
        Comparison(form.fields["accepts"].label, str(words["yes" if typed["accepts"] else "no"]), str(theirs)),
        Comparison(form.fields["answer"].label, typed["answer"] or "–", stored.region_answer or "–"),
    ]
    context = {"form": again, "follow_up": stored.follow_up}
    return conflict(request, "followups/conflict.html", context, comparisons=comparisons)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_ask(request: UserRequest, public_id: str) -> HttpResponse:
    """A question to the supplier about an answer."""
    answer = _visible_answer(request, public_id)
    require(can_review(request.user, answer.self_assessment))
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_back(by=request.user, answer=answer, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The question is sent to the supplier."))
            return _to_answer(answer)
    return _page(request, "followups/answer_ask.html", answer.self_assessment, form, answer=answer)


@require_POST
def answer_accept(request: UserRequest, public_id: str) -> HttpResponse:
    answer = _visible_answer(request, public_id)
    require(can_review(request.user, answer.self_assessment))
    try:
        accept_answer(by=request.user, answer=answer)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _to_answer(answer)


@require_safe
def answer_file(request: UserRequest, public_id: str) -> FileResponse:
    files = AnswerFile.objects.visible_to(request.user).select_related("file")
    return serve(get_object_or_404(files, public_id=public_id).file)


def _page(request: UserRequest, template: str, assessment: SelfAssessment, form: Any, **more: Any) -> HttpResponse:
    context = {"form": form, "assessment": assessment, "follow_up": assessment.follow_up, **more}
    return render(request, template, context)


def _to_answer(answer: Answer) -> HttpResponse:
    response = redirect("followups:assessment-detail", answer.self_assessment.public_id)
    response["Location"] += f"#answer-{answer.public_id}"
    return response
