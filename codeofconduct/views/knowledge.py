"""Pages of expert knowledge: guidance, questions to the secretariat, and their answers."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codeofconduct.actions.knowledge import answer_enquiry, make_guidance, register_enquiry
from codeofconduct.forms.knowledge import ANSWER, AnswerForm, AskForm, EnquiryForm, GuidanceForm, KnowledgeForm
from codeofconduct.models import Enquiry
from codeofconduct.permissions import can_answer, can_ask, can_see_asker
from codeofconduct.presentation.knowledge import compared
from codeofconduct.queries.knowledge import (
    MOST_GUIDANCE,
    answers_page,
    area_counts,
    guidance_in_force,
    own_page,
    waiting_page,
)
from portal.history.queries import changes_of
from portal.history.versions import StaleVersionError
from portal.ui.responses import at_version, conflict
from regions.requests import UserRequest, require, require_role


def _visible(request: UserRequest, public_id: str) -> Enquiry:
    enquiries = Enquiry.objects.visible_to(request.user).select_related(
        "region", "category", "guidance", "created_by", "answered_by"
    )
    return get_object_or_404(enquiries, public_id=public_id)


@require_safe
def knowledge(request: UserRequest) -> HttpResponse:
    """Guidance and answers, searched and narrowed."""
    require_role(request)
    form = KnowledgeForm(request.GET)
    form.is_valid()
    is_narrowed = any(form.cleaned_data.get(name) for name in ("q", "area", "category"))
    guidance = list(guidance_in_force(request.user, form.cleaned_data)[: MOST_GUIDANCE + 1])
    context = {
        "form": form,
        "is_narrowed": is_narrowed,
        "areas": [] if is_narrowed else area_counts(request.user),
        "guidance": guidance[:MOST_GUIDANCE],
        "has_more_guidance": len(guidance) > MOST_GUIDANCE,
        "page": answers_page(request.user, form.cleaned_data, request.GET),
        "can_ask": can_ask(request.user),
        "can_answer": can_answer(request.user),
    }
    return render(request, "codeofconduct/knowledge.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def enquiry_ask(request: UserRequest) -> HttpResponse:
    require_role(request)
    require(can_ask(request.user))
    form = AskForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        asked = register_enquiry(by=request.user, **form.cleaned_data)
        messages.success(request, _("The question is with the secretariat. You get a mail when it is answered."))
        return redirect("codeofconduct:enquiry-detail", asked.public_id)
    return render(request, "codeofconduct/enquiry_ask.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def enquiry_register(request: UserRequest) -> HttpResponse:
    """A question that came by mail or telephone."""
    require_role(request)
    require(can_answer(request.user))
    form = EnquiryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        registered = register_enquiry(by=request.user, **form.cleaned_data)
        messages.success(request, _("The question is registered."))
        return redirect("codeofconduct:enquiry-detail", registered.public_id)
    return render(request, "codeofconduct/enquiry_register.html", {"form": form})


@require_safe
def enquiry_waiting(request: UserRequest) -> HttpResponse:
    """What waits for an answer."""
    require_role(request)
    require(can_answer(request.user))
    return render(request, "codeofconduct/enquiry_waiting.html", {"page": waiting_page(request.GET)})


@require_safe
def enquiry_mine(request: UserRequest) -> HttpResponse:
    """What the user and the own region have asked."""
    require_role(request)
    require(can_ask(request.user))
    return render(request, "codeofconduct/enquiry_mine.html", {"page": own_page(request.user, request.GET)})


@require_safe
def enquiry_detail(request: UserRequest, public_id: str) -> HttpResponse:
    enquiry = _visible(request, public_id)
    sees_asker = can_see_asker(request.user, enquiry)
    context = {
        "enquiry": enquiry,
        "sees_asker": sees_asker,
        "can_answer": can_answer(request.user),
        "history": changes_of(enquiry) if sees_asker else None,
    }
    return render(request, "codeofconduct/enquiry_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def enquiry_answer(request: UserRequest, public_id: str) -> HttpResponse:
    """Answer it, or correct the answer."""
    enquiry = _visible(request, public_id)
    require(can_answer(request.user))
    form = AnswerForm(request.POST or None, enquiry=enquiry)
    if request.method == "POST" and form.is_valid():
        try:
            answer_enquiry(by=request.user, enquiry=enquiry, **form.cleaned_data)
        except StaleVersionError as error:
            return _answer_conflict(request, form, error)
        messages.success(request, _("The answer is saved."))
        return redirect("codeofconduct:enquiry-detail", enquiry.public_id)
    return render(request, "codeofconduct/enquiry_answer.html", {"form": form, "enquiry": enquiry})


def _answer_conflict(request: UserRequest, form: AnswerForm, error: StaleVersionError[Enquiry]) -> HttpResponse:
    stored = error.stored
    again = AnswerForm(at_version(request.POST, stored.version), enquiry=stored)
    labels = {name: form.fields[name].label for name in ANSWER}
    context = {"form": again, "enquiry": stored}
    comparisons = compared(form.cleaned_data, stored, labels)
    return conflict(request, "codeofconduct/enquiry_conflict.html", context, comparisons=comparisons)


@require_http_methods(["GET", "HEAD", "POST"])
def enquiry_publish(request: UserRequest, public_id: str) -> HttpResponse:
    """Guidance of an answer, in one step."""
    enquiry = _visible(request, public_id)
    require(can_answer(request.user))
    form = GuidanceForm(request.POST or None, enquiry=enquiry)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        sections = [("", "", told.pop("body_sv"), told.pop("body_en"))]
        try:
            make_guidance(by=request.user, enquiry=enquiry, sections=sections, **told)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The answer is guidance now."))
            return redirect("codeofconduct:enquiry-detail", enquiry.public_id)
    return render(request, "codeofconduct/enquiry_publish.html", {"form": form, "enquiry": enquiry})
