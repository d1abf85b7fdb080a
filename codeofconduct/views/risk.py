"""Pages about risk: the heat map and the assessments."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codeofconduct.actions.risk import (
    CELL_FIELDS,
    change_assessment,
    change_cell,
    discard_assessment,
    settle_assessment,
    start_assessment,
)
from codeofconduct.enums import Area, Stage
from codeofconduct.forms.risk import (
    NAME,
    AssessmentEditForm,
    AssessmentForm,
    CellForm,
    CompareForm,
    ReadForm,
    RiskMapForm,
)
from codeofconduct.models import PurchaseCategory, RiskAssessment, RiskCell
from codeofconduct.permissions import can_assess_risk, can_change_assessment
from codeofconduct.presentation.conflicts import differences
from codeofconduct.presentation.risk import LEGEND, SHORT_STAGES, changed_between, map_rows
from codeofconduct.queries.categories import narrowed, with_owner
from codeofconduct.queries.risk import (
    assessments_of,
    comparable_with,
    draft_of,
    latest_of,
    matrix_of,
    profiles_of,
    version_read,
    why_unsettled,
    with_latest_assessment,
    with_weight,
)
from codeofconduct.scores import CELLS, inherent_score
from codeofconduct.views.categories import visible as visible_category
from portal import clock
from portal.files.responses import serve
from portal.history.queries import changes_of
from portal.history.versions import StaleVersionError
from portal.search.ordering import swedish
from portal.ui.paging import key_page
from portal.ui.responses import at_version, conflict
from regions.permissions import is_staff
from regions.requests import UserRequest, require, require_role


def visible(request: UserRequest, public_id: str) -> RiskAssessment:
    """The assessment as far as this user may see it, otherwise 404."""
    found = RiskAssessment.objects.visible_to(request.user).select_related("category", "report", "settled_by")
    return get_object_or_404(found, public_id=public_id)


@require_safe
def risk_map(request: UserRequest) -> HttpResponse:
    """Every category's levels at a glance, the worst first or by name."""
    require_role(request)
    form = RiskMapForm(request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    areas = [Area(chosen["area"])] if chosen.get("area") else list(Area)
    categories = narrowed(
        PurchaseCategory.objects.visible_to(request.user),
        group=chosen.get("group"),
        prioritised=chosen.get("prioritised", False),
        period=chosen["period"],
    )
    categories = with_weight(with_latest_assessment(with_owner(categories)), areas)
    by_name = chosen["order"] == NAME
    page = key_page(categories, request.GET, by=swedish("name") if by_name else F("weight"), newest_first=not by_name)
    context = {
        "form": form,
        "page": page,
        "rows": map_rows(page.rows, areas),
        "areas": areas,
        "stages": [(stage, SHORT_STAGES[stage]) for stage in Stage],
        "legend": LEGEND,
    }
    return render(request, "codeofconduct/risk_map.html", context)


@require_safe
def assessment_list(request: UserRequest, public_id: str) -> HttpResponse:
    """A category's assessments over time."""
    category = visible_category(request, public_id)
    assessments = assessments_of(request.user, category)
    page = key_page(assessments, request.GET, by=F("assessed_on"), newest_first=True)
    profiles = profiles_of(row.pk for row in page.rows)
    context = {
        "category": category,
        "page": page,
        "rows": [(row, profiles.get(row.pk)) for row in page.rows],
        "may_assess": can_assess_risk(request.user),
    }
    return render(request, "codeofconduct/assessment_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_start(request: UserRequest, public_id: str) -> HttpResponse:
    """Begin an assessment; one that is being written is gone on with."""
    category = visible_category(request, public_id)
    require(can_assess_risk(request.user))
    initial = {"assessed_on": clock.today(), "author": _("The secretariat")}
    form = AssessmentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        assessment = start_assessment(by=request.user, category=category, **form.cleaned_data)
        messages.success(request, _("The draft is there. Go through its cells, then settle it."))
        return redirect("codeofconduct:assessment-detail", assessment.public_id)
    context = {"form": form, "category": category, "draft": draft_of(category), "latest": latest_of(category)}
    return render(request, "codeofconduct/assessment_start.html", context)


@require_safe
def assessment_detail(request: UserRequest, public_id: str) -> HttpResponse:
    """The matrix of an assessment, with reasons and sources."""
    assessment = visible(request, public_id)
    context = {
        "assessment": assessment,
        "category": assessment.category,
        "stages": list(Stage),
        "matrix": matrix_of(assessment),
        "others": comparable_with(assessment)[:1] if assessment.is_locked else [],
        "may_change": can_change_assessment(request.user, assessment),
        "changes": changes_of(assessment, assessment.cells.all(), size=5).rows if is_staff(request.user) else None,
    }
    return render(request, "codeofconduct/assessment_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_edit(request: UserRequest, public_id: str) -> HttpResponse:
    assessment = visible(request, public_id)
    require(can_change_assessment(request.user, assessment))
    form = _edit_form(request.POST or None, request.FILES or None, assessment)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        keeps = not facts.pop("drops_report", False)
        try:
            change_assessment(by=request.user, assessment=assessment, keeps_report=keeps, **facts)
        except StaleVersionError as error:
            stored = error.stored
            again = _edit_form(at_version(request.POST, stored.version), None, stored)
            held = {name: getattr(stored, name) for name in ("assessed_on", "author", "source", "summary")}
            return conflict(request, context={"form": again}, comparisons=differences(form, held))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The risk assessment is saved."))
            return redirect("codeofconduct:assessment-detail", assessment.public_id)
    return render(request, "codeofconduct/assessment_edit.html", {"form": form, "assessment": assessment})


def _edit_form(data: Any, files: Any, assessment: RiskAssessment) -> AssessmentEditForm:
    held = {name: getattr(assessment, name) for name in ("assessed_on", "author", "source", "summary", "version")}
    return AssessmentEditForm(data, files, initial=held, has_report=assessment.report_id is not None)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_cell(request: UserRequest, public_id: str, area: str, stage: str) -> HttpResponse:
    """One area of the code in one stage of the chain."""
    assessment = visible(request, public_id)
    cell = get_object_or_404(assessment.cells.select_related("assessment__category"), area=area, stage=stage)
    require(can_change_assessment(request.user, assessment))
    form = CellForm(request.POST or None, initial=_cell_values(cell))
    if request.method == "POST" and form.is_valid():
        try:
            change_cell(by=request.user, cell=cell, **form.cleaned_data)
        except StaleVersionError as error:
            again = CellForm(at_version(request.POST, error.stored.version))
            held = {name: getattr(error.stored, name) for name in CELL_FIELDS}
            return conflict(request, context={"form": again}, comparisons=differences(form, held))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The cell is saved: %(cell)s.") % {"cell": cell.place})
            return _after(cell, goes_on="next" in request.POST)
    context = {
        "form": form,
        "cell": cell,
        "assessment": assessment,
        "score": inherent_score(cell),
        "number": CELLS.index((cell.area, cell.stage)) + 1,
        "count": len(CELLS),
    }
    return render(request, "codeofconduct/assessment_cell.html", context)


def _cell_values(cell: RiskCell) -> dict[str, Any]:
    """As it is stored; who assessed the whole assessed the cell too, unless it says otherwise."""
    held = {name: getattr(cell, name) for name in (*CELL_FIELDS, "version")}
    return held | {"author": cell.author or cell.assessment.author}


def _after(cell: RiskCell, *, goes_on: bool) -> HttpResponseRedirect:
    """On to the cell after it; from the last one, or if that isn't wanted, back to the assessment."""
    following = CELLS.index((cell.area, cell.stage)) + 1
    if goes_on and following < len(CELLS):
        return redirect("codeofconduct:assessment-cell", cell.assessment.public_id, *CELLS[following])
    return redirect("codeofconduct:assessment-detail", cell.assessment.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_settle(request: UserRequest, public_id: str) -> HttpResponse:
    """Settle the draft: it is then kept as it is."""
    assessment = visible(request, public_id)
    require(can_assess_risk(request.user))
    if assessment.is_locked:  # sent twice: it is settled, nothing more to do
        return redirect("codeofconduct:assessment-detail", assessment.public_id)
    form = ReadForm(request.POST or None, initial={"version": version_read(assessment)})
    if request.method == "POST" and form.is_valid():
        try:
            settle_assessment(by=request.user, assessment=assessment, version=form.cleaned_data["version"])
        except StaleVersionError as error:
            return _read_again(request, "codeofconduct/assessment_settle.html", error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The risk assessment is settled."))
            return redirect("codeofconduct:assessment-detail", assessment.public_id)
    return render(request, "codeofconduct/assessment_settle.html", _as_read(assessment, form))


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_discard(request: UserRequest, public_id: str) -> HttpResponse:
    """Throw the draft away, once that is confirmed."""
    assessment = visible(request, public_id)
    require(can_change_assessment(request.user, assessment))
    form = ReadForm(request.POST or None, initial={"version": version_read(assessment)})
    if request.method == "POST" and form.is_valid():
        try:
            discard_assessment(by=request.user, assessment=assessment, version=form.cleaned_data["version"])
        except StaleVersionError as error:
            return _read_again(request, "codeofconduct/assessment_discard.html", error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The draft is gone."))
            return redirect("codeofconduct:category-detail", assessment.category.public_id)
    return render(request, "codeofconduct/assessment_discard.html", _as_read(assessment, form))


def _read_again(request: UserRequest, template: str, error: StaleVersionError[RiskAssessment]) -> HttpResponse:
    """Someone changed the draft meanwhile: it is shown as it stands, to be decided anew."""
    form = ReadForm(at_version(request.POST, version_read(error.stored)))
    form.add_error(None, _("Someone else has changed the draft. Read it as it stands now, and decide again."))
    return conflict(request, template, _as_read(error.stored, form))


def _as_read(assessment: RiskAssessment, form: ReadForm) -> dict[str, Any]:
    """What is decided about, as it stands."""
    return {
        "form": form,
        "assessment": assessment,
        "matrix": matrix_of(assessment),
        "stages": list(Stage),
        "lacking": why_unsettled(assessment),
    }


@require_safe
def assessment_report(request: UserRequest, public_id: str) -> FileResponse:
    """The attached report, to whoever may see the assessment."""
    assessment = visible(request, public_id)
    if assessment.report is None:
        raise Http404
    return serve(assessment.report)


@require_safe
def assessment_compare(request: UserRequest, public_id: str) -> HttpResponse:
    """A settled assessment beside another of the same category: what changed."""
    assessment = visible(request, public_id)
    form = CompareForm(request.GET or None, assessment=assessment)
    chosen = form.cleaned_data.get("other") if form.is_valid() else None
    other = chosen or comparable_with(assessment).first()
    pair = sorted((assessment, other), key=lambda row: (row.assessed_on, row.pk)) if other else []
    context = {
        "form": form,
        "assessment": assessment,
        "earlier": pair[0] if pair else None,
        "later": pair[1] if pair else None,
        "rows": changed_between(*pair) if pair else [],
    }
    return render(request, "codeofconduct/assessment_compare.html", context)
