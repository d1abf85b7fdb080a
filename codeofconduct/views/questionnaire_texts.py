"""A version of a questionnaire as a PDF, and two versions beside each other."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from codeofconduct.comparing import compared
from codeofconduct.forms.documents import CompareForm
from codeofconduct.models import QuestionnaireVersion
from codeofconduct.presentation.questionnaires import chapters_of
from codeofconduct.queries.questionnaires import PDF_JOB, pdf_params, sections_of, stored_pdf
from codeofconduct.questionnaire_documents import document_title
from codeofconduct.views.questionnaires import visible
from portal.files.responses import serve
from portal.jobs.actions import start_job
from regions.requests import UserRequest


@require_POST
def questionnaire_pdf(request: UserRequest, public_id: str, language: str) -> HttpResponse:
    """Have the PDF rendered; where it has been, whoever asked for it, straight to the file."""
    version = visible(request, public_id)
    if stored_pdf(version, language):
        return redirect("codeofconduct:questionnaire-download", public_id, language)
    with override(language):
        title = _("PDF: %(title)s") % {"title": document_title(version)}
    job = start_job(
        by=request.user, kind=PDF_JOB, subject=public_id, params=pdf_params(version), title=title, language=language
    )
    return redirect(job)


@require_safe
def questionnaire_download(request: UserRequest, public_id: str, language: str) -> HttpResponseBase:
    """The PDF of the version as it is now, to whoever sees the version."""
    job = stored_pdf(visible(request, public_id), language)
    if job is None or job.result is None:
        raise Http404
    return serve(job.result)


@require_safe
def questionnaire_compare(request: UserRequest, public_id: str) -> HttpResponse:
    """Two versions of the line beside each other: by default this one and the one before it."""
    version = visible(request, public_id)
    versions = QuestionnaireVersion.objects.visible_to(request.user).filter(questionnaire=version.questionnaire)
    earlier = versions.filter(valid_from__lt=version.valid_from).order_by("-valid_from").first() or version
    chosen = {"old": earlier.public_id, "new": version.public_id, "language": get_language()}
    form = CompareForm({**chosen, **request.GET.dict()}, versions=versions.order_by("-valid_from"))
    context = {"form": form, "version": version}
    if form.is_valid():
        old, new = form.cleaned_data["old"], form.cleaned_data["new"]
        language = form.cleaned_data["language"] or get_language()
        chapters = compared(*(chapters_of(sections_of(each), language) for each in (old, new)))
        context |= {"old": old, "new": new, "language": language, "chapters": chapters}
        context["is_same"] = not any(chapter.differs for chapter in chapters)
        context["lacks_language"] = any(chapter.lacks_language for chapter in chapters)
    return render(request, "codeofconduct/questionnaire_compare.html", context)
