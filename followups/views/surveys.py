"""The page where it is said what the columns of a survey's workbook hold."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from codeofconduct.models import QuestionnaireVersion
from codeofconduct.queries.questionnaires import questions_in_order
from followups.forms.surveys import MappingForm, VersionForm
from followups.permissions import can_bring_past
from followups.queries.surveys import SURVEY_KIND, mapping_before, survey_versions
from followups.resources.surveys import proposed
from portal.exchange.actions import check_again
from portal.exchange.models import ImportRun
from portal.exchange.permissions import can_map, is_own
from regions.requests import UserRequest, require


@require_http_methods(["GET", "HEAD", "POST"])
def survey_map(request: UserRequest, public_id: str) -> HttpResponse:
    """What each column holds; then the file is checked."""
    runs = ImportRun.objects.visible_to(request.user).filter(kind=SURVEY_KIND).select_related("file", "created_by")
    run = get_object_or_404(runs, public_id=public_id)
    require(can_bring_past(request.user) and is_own(request.user, run))
    if not can_map(request.user, run):
        return redirect(run)
    versions = survey_versions(request.user, [column["heading"] for column in run.columns])
    context: dict[str, Any] = {"run": run}
    if versions:
        choice = VersionForm(request.GET or None, versions=versions, before=run.mapping.get("version", ""))
        form = _form(request, run, choice.version)
        if request.method == "POST" and form.is_valid():
            return redirect(check_again(by=request.user, run=run, mapping=form.mapping))
        context |= {"choice": choice, "form": form}
    return render(request, "followups/survey_map.html", context)


def _form(request: UserRequest, run: ImportRun, version: QuestionnaireVersion) -> MappingForm:
    """With what was said of the columns before, or is proposed."""
    before = mapping_before(request.user, run, version)
    questions = questions_in_order(version)
    headings = [column["heading"] for column in run.columns]
    return MappingForm(
        request.POST or None,
        version=version,
        columns=run.columns,
        questions=questions,
        proposed=proposed(headings, questions, before.get("columns", {})),
        initial={**before.get("facts", {}), "skips_first": before.get("skips_first", False)},
    )
