"""The supplier answers a self-assessment: overview, sections whose answers save themselves, files, last time's answers."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codeofconduct.models import QuestionnaireSection
from followups.actions.drafts import add_draft_file, remove_draft_file, roll_forward, save_answer
from followups.enums.links import Holder
from followups.forms.drafts import FILES, DraftForm
from followups.models import AskBack, DraftFile, SelfAssessment
from followups.outside import LinkRequest, by_link
from followups.pages.drafts import Outcome, neighbours, parts_of, shown
from followups.queries.assessments import receipt_waits
from followups.queries.drafts import Space, space_of
from portal.files.responses import serve_content
from portal.history.versions import StaleVersionError

GONE = gettext_lazy(
    "The questionnaire doesn't ask this any more. Your text is kept in your drafts and is not handed in."
)


def of_link(request: LinkRequest, public_id: str) -> SelfAssessment:
    """The self-assessment of the link's own follow-up, otherwise 404."""
    found = SelfAssessment.objects.filter(follow_up=request.link.follow_up_id).select_related(
        "follow_up__supplier", "follow_up__lead_region", "questionnaire_version__questionnaire", "receipt"
    )
    return get_object_or_404(found, public_id=public_id)


def to_overview(request: LinkRequest, assessment: SelfAssessment) -> HttpResponse:
    return redirect("followups:outside-assessment-overview", request.link.public_id, assessment.public_id)


def context_of(request: LinkRequest, assessment: SelfAssessment, **more: Any) -> dict[str, Any]:
    """What every page of a self-assessment shows."""
    return {"link": request.link, "about": assessment.follow_up, "assessment": assessment, **more}


@require_safe
@by_link(Holder.SUPPLIER)
def assessment_overview(request: LinkRequest, public_id: str) -> HttpResponse:
    """What is asked and how far it is; once submitted, the receipt and what is asked back."""
    assessment = of_link(request, public_id)
    if not assessment.is_unsent:
        asks = AskBack.objects.filter(answer__self_assessment=assessment).select_related("answer__question__section")
        context = context_of(request, assessment, asks=asks, receipt_waits=receipt_waits(assessment))
        return render(request, "followups/outside/assessment_submitted.html", context)
    space = space_of(assessment)
    context = context_of(request, assessment, space=space, parts=parts_of(space))
    return render(request, "followups/outside/assessment_overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(Holder.SUPPLIER)
def assessment_section(request: LinkRequest, public_id: str, number: int) -> HttpResponse:
    """A section's questions. What htmx posts is a question that saves itself, and is answered with its parts alone.

    What is posted to a section that is no more, or to a self-assessment that can't be answered any more, is an old tab:
    it gets its sentence and its text back.
    """
    assessment = of_link(request, public_id)
    if request.method != "POST" and not assessment.is_unsent:
        return to_overview(request, assessment)
    space = space_of(assessment)
    section = next((each for each in space.sections if each.number == number), None)
    if request.method != "POST":
        if section is None:
            raise Http404
        form = DraftForm(lines=space.lines_of(section))
        return _section(request, assessment, space, section, form, Outcome())
    form = DraftForm(request.POST, request.FILES, lines=space.lines.values())
    outcome = save_sent(request, assessment, form, space)
    after = space_of(assessment)
    if request.headers.get("HX-Request"):
        return _saved(request, assessment, after, section, form, outcome, before=space.asked)
    if form.errors or outcome.conflicts:
        return _section(request, assessment, after, section, form, outcome)
    messages.success(request, _("Saved."))
    return _onward(request, assessment, after, section)


def save_sent(request: LinkRequest, assessment: SelfAssessment, form: DraftForm, space: Space) -> Outcome:
    """Each answer by itself: one that is refused doesn't keep the others from being saved."""
    form.is_valid()
    outcome, by = Outcome(), request.link.actor
    try:
        for typed in form.typed:
            try:
                save_answer(by=by, assessment=assessment, key=typed.key, value=typed.value, version=typed.version)
                outcome.saved.add(typed.key)
            except StaleVersionError as error:
                outcome.conflicts[typed.key] = error.stored
        for key, uploads in form.uploads.items():
            for upload in uploads:
                add_draft_file(by=by, assessment=assessment, key=key, upload=upload)
        if removed := request.POST.get("remove", ""):
            remove_draft_file(by=by, assessment=assessment, public_id=removed[:12].replace("\x00", ""))
    except ValidationError as error:
        form.add_error(None, error)
        outcome.refusal = " ".join(error.messages)
    outcome.gone = [typed.key for typed in form.typed if typed.key not in space.lines and not outcome.refusal]
    if outcome.gone:
        messages.warning(request, GONE)
    return outcome


def _section(
    request: LinkRequest,
    assessment: SelfAssessment,
    space: Space,
    section: QuestionnaireSection | None,
    form: DraftForm,
    outcome: Outcome,
) -> HttpResponse:
    context = context_of(request, assessment, form=form, section=section, outcome=outcome)
    if section is not None:
        context |= {"questions": shown(form, space, space.lines_of(section), outcome), **neighbours(space, section)}
    status = 409 if outcome.conflicts else 200
    return render(request, "followups/outside/assessment_section.html", context, status=status)


def _saved(
    request: LinkRequest,
    assessment: SelfAssessment,
    space: Space,
    section: QuestionnaireSection | None,
    form: DraftForm,
    outcome: Outcome,
    *,
    before: set[str],
) -> HttpResponse:
    """The state of the question that saved itself, its files where some were sent, and questions that came or went."""
    questions = shown(form, space, space.lines_of(section), outcome) if section else []
    sent = next((each for each in questions if f"was_{each.key}" in form.data or FILES + each.key in form.files), None)
    context = context_of(request, assessment, item=sent, gone=GONE if outcome.gone else outcome.refusal)
    context["with_files"] = sent is not None and FILES + sent.key in form.files
    context["changed"] = [each for each in questions if each.is_asked != (each.key in before)]
    # The message belongs to this answer, not to the next page.
    list(messages.get_messages(request))
    return render(request, "followups/outside/_assessment_saved.html", context)


def _onward(
    request: LinkRequest, assessment: SelfAssessment, space: Space, section: QuestionnaireSection | None
) -> HttpResponse:
    """Where the pressed button leads: the next section, or the same page again; without a section the overview."""
    if section is None:
        return to_overview(request, assessment)
    number = section.number
    if "next" in request.POST:
        following = neighbours(space, section)["next"]
        if following is None:
            return to_overview(request, assessment)
        number = following
    return redirect("followups:outside-assessment-section", request.link.public_id, assessment.public_id, number)


@require_safe
@by_link(Holder.SUPPLIER)
def assessment_file(request: LinkRequest, public_id: str) -> FileResponse:
    """A file of the draft, to those who chose it."""
    files = DraftFile.objects.filter(self_assessment__follow_up=request.link.follow_up_id)
    found = get_object_or_404(files, public_id=public_id)
    return serve_content(name=found.name, media_type=found.media_type, content=bytes(found.content))


@require_POST
@by_link(Holder.SUPPLIER)
def assessment_roll_forward(request: LinkRequest, public_id: str) -> HttpResponse:
    """Last time's answers where nothing stands yet."""
    assessment = of_link(request, public_id)
    try:
        filled = roll_forward(by=request.link.actor, assessment=assessment)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        told = ngettext(
            "%(count)d answer is filled in from last time. Look through it and change what is different now.",
            "%(count)d answers are filled in from last time. Look through them and change what is different now.",
            filled,
        )
        messages.success(request, told % {"count": filled})
    return to_overview(request, assessment)
