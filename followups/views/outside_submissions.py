"""The supplier hands in: business secrets, what becomes of the answers, the receipt, replies; and the workbook."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from followups.actions.drafts import claim_secrecy, make_receipt, save_answer, submit_assessment
from followups.actions.reviews import reply_to_ask
from followups.enums.links import Holder
from followups.forms.drafts import DraftForm, ReplyForm, SecretsForm, SheetForm, SubmitForm, mark_of
from followups.models import AskBack, SelfAssessment
from followups.outside import LinkRequest, by_link
from followups.queries.assessments import said
from followups.queries.drafts import Line, Space, space_of
from followups.resources.assessments import Answers, export_answers, read_answers
from followups.views.outside_assessments import context_of, of_link, save_sent, to_overview
from portal.exchange.engine.exporting import MEDIA_TYPES
from portal.exchange.enums import Form
from portal.exchange.reading import Unreadable
from portal.files.checks import Upload
from portal.files.responses import serve

# Faults that a page lists; the rest is counted.
FAULTS_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(Holder.SUPPLIER)
def assessment_secrets(request: LinkRequest, public_id: str) -> HttpResponse:
    """Why answers and files are business secrets, a reason each."""
    assessment = of_link(request, public_id)
    if request.method != "POST" and not assessment.is_unsent:
        return to_overview(request, assessment)
    form = SecretsForm(request.POST or None, space=space_of(assessment))
    if request.method == "POST" and form.is_valid():
        try:
            claim_secrecy(by=request.link.actor, assessment=assessment, answers=form.of_answers, files=form.of_files)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("What you claim as business secrets is saved."))
            return redirect("followups:outside-assessment-submit", request.link.public_id, public_id)
    return render(request, "followups/outside/assessment_secrets.html", context_of(request, assessment, form=form))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(Holder.SUPPLIER)
def assessment_submit(request: LinkRequest, public_id: str) -> HttpResponse:
    """What becomes of the answers, what is missing, and the button. Pressed twice it hands in once."""
    assessment = of_link(request, public_id)
    if not assessment.is_unsent and (request.method != "POST" or assessment.submitted_at):
        return to_overview(request, assessment)
    space = space_of(assessment)
    form = SubmitForm(request.POST or None, initial={"seen": space.seen})
    if request.method == "POST" and form.is_valid():
        seen, consent = form.cleaned_data["seen"], form.cleaned_data["consent"]
        language = translation.get_language() or "sv"
        try:
            submit_assessment(
                by=request.link.actor, assessment=assessment, seen=seen, consent=consent, language=language
            )
        except ValidationError as error:
            form = SubmitForm({**request.POST.dict(), "seen": space.seen})
            form.add_error(None, error)
        else:
            messages.success(request, _("The self-assessment is submitted. Thank you."))
            return to_overview(request, assessment)
    context = context_of(request, assessment, form=form, space=space)
    return render(request, "followups/outside/assessment_submit.html", context)


@require_safe
@by_link(Holder.SUPPLIER)
def assessment_receipt(request: LinkRequest, public_id: str) -> FileResponse:
    """The receipt as a PDF, once it is made."""
    assessment = of_link(request, public_id)
    if assessment.receipt is None:
        raise Http404
    return serve(assessment.receipt)


@require_POST
@by_link(Holder.SUPPLIER)
def assessment_receipt_make(request: LinkRequest, public_id: str) -> HttpResponse:
    """Have the receipt made again where that failed."""
    assessment = of_link(request, public_id)
    make_receipt(by=request.link.actor, assessment=assessment, language=translation.get_language() or "sv")
    return to_overview(request, assessment)


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(Holder.SUPPLIER)
def assessment_reply(request: LinkRequest, public_id: str) -> HttpResponse:
    """The supplier's reply to a question about an answer."""
    asks = AskBack.objects.filter(answer__self_assessment__follow_up=request.link.follow_up_id)
    ask = get_object_or_404(
        asks.select_related("answer__self_assessment__follow_up", "answer__question__section"), public_id=public_id
    )
    assessment = ask.answer.self_assessment
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reply_to_ask(by=request.link.actor, ask=ask, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your reply is sent."))
            return to_overview(request, assessment)
    context = context_of(request, assessment, form=form, ask=ask)
    return render(request, "followups/outside/assessment_reply.html", context)


# --- the workbook


@require_safe
@by_link(Holder.SUPPLIER)
def assessment_sheet(request: LinkRequest, public_id: str) -> HttpResponse:
    """The questions with the drafts, for colleagues."""
    assessment = of_link(request, public_id)
    if not assessment.is_unsent:
        raise Http404
    name = slugify(f"{assessment.follow_up.supplier} {assessment.questionnaire_version.questionnaire.title}")
    return HttpResponse(
        export_answers(space_of(assessment)),
        content_type=MEDIA_TYPES[Form.XLSX],
        headers={"Content-Disposition": f'attachment; filename="{name or "answers"}.xlsx"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(Holder.SUPPLIER)
def assessment_sheet_import(request: LinkRequest, public_id: str) -> HttpResponse:
    """A filled workbook into the drafts: what is empty there is filled in, and what differs is laid side by side."""
    assessment = of_link(request, public_id)
    if request.method != "POST" and not assessment.is_unsent:
        return to_overview(request, assessment)
    form = SheetForm(request.POST or None, request.FILES or None)
    context = context_of(request, assessment, form=form)
    if request.method == "POST" and form.is_valid():
        space = space_of(assessment)
        try:
            answers = _read(form.cleaned_data["file"], space)
            if not answers.faults:
                return _bring_in(request, assessment, space, answers)
            context |= {"faults": answers.faults[:FAULTS_SHOWN], "fault_count": len(answers.faults)}
        except Unreadable as error:
            form.add_error("file", str(error))
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "followups/outside/assessment_sheet.html", context)


@require_POST
@by_link(Holder.SUPPLIER)
def assessment_answers(request: LinkRequest, public_id: str) -> HttpResponse:
    """The texts of a workbook that were chosen over those that stood there."""
    assessment = of_link(request, public_id)
    space = space_of(assessment)
    form = DraftForm(request.POST, lines=space.lines.values())
    outcome = save_sent(request, assessment, form, space)
    if outcome.conflicts or form.errors:
        kept = {key: form.value_sent(key) for key in space.lines if f"was_{key}" in form.data}
        return _differing(request, assessment, space_of(assessment), kept, form)
    messages.success(request, _("Saved."))
    return to_overview(request, assessment)


def _read(upload: Upload, space: Space) -> Answers:
    with tempfile.NamedTemporaryFile() as file:
        file.write(upload.content)
        file.flush()
        return read_answers(Path(file.name), upload.name, space)


def _bring_in(request: LinkRequest, assessment: SelfAssessment, space: Space, answers: Answers) -> HttpResponse:
    """Raises ValidationError where nothing can be saved any more."""
    by, filled = request.link.actor, 0
    for key, value in answers.values.items():
        line = space.lines[key]
        if not line.value:
            save_answer(by=by, assessment=assessment, key=key, value=value, version=line.version)
            filled += 1
    reasons = {key: text for key, text in answers.reasons.items() if not space.lines[key].secrecy_claim}
    claim_secrecy(by=by, assessment=assessment, answers=reasons, files={})
    told = ngettext("%(count)d answer is filled in.", "%(count)d answers are filled in.", filled)
    messages.success(request, told % {"count": filled})
    differing = {key: value for key, value in answers.values.items() if space.lines[key].value not in {"", value}}
    if differing:
        return _differing(request, assessment, space_of(assessment), differing)
    return to_overview(request, assessment)


def _differing(
    request: LinkRequest,
    assessment: SelfAssessment,
    space: Space,
    values: dict[str, str],
    form: DraftForm | None = None,
) -> HttpResponse:
    """What the workbook says beside what stands already, with a choice for each."""
    rows: list[tuple[Line, str, str, str]] = [
        (line, value, said(line.question, value), mark_of(value))
        for line, value in ((space.lines[key], value) for key, value in values.items())
        if line.value != value
    ]
    context = context_of(request, assessment, rows=rows, form=form)
    return render(request, "followups/outside/assessment_differing.html", context, status=409)
