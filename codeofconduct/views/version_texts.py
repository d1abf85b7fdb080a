"""What stands in a draft: sections, and of a clause its requirements and parameters."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from codeofconduct.actions import documents as actions
from codeofconduct.forms.documents import (
    MISSING_LABELS,
    WRITTEN,
    MissingForm,
    MoveForm,
    ParameterForm,
    RequirementForm,
    SectionForm,
)
from codeofconduct.models import ClauseParameter, ClauseVersion, ProcessRequirement
from codeofconduct.permissions import can_keep_documents
from codeofconduct.presentation.documents import version_url
from codeofconduct.queries.documents import KINDS, sections_visible_to, version_of
from codeofconduct.views.versions import edit, place, visible_draft
from regions.requests import UserRequest, require

EDIT = "codeofconduct/version_text_edit.html"
SECTION_TEXTS = ("heading_sv", "heading_en", "body_sv", "body_en")
REQUIREMENT_TEXTS = ("title_sv", "title_en", "criterion_sv", "criterion_en")
PARAMETER_VALUES = ("label_sv", "label_en", "unit", "default")


def _changeable(request: UserRequest, row: Any) -> Any:
    """The row with its draft; 403 where that is locked or not the user's."""
    version = version_of(row)
    require(can_keep_documents(request.user) and not version.is_locked)
    return version


def _visible_section(request: UserRequest, kind: str, public_id: str) -> Any:
    if kind not in KINDS:
        raise Http404
    return get_object_or_404(sections_visible_to(request.user, kind), public_id=public_id)


def _section(request: UserRequest, kind: str, public_id: str) -> tuple[Any, Any]:
    section = _visible_section(request, kind, public_id)
    return section, _changeable(request, section)


def _visible_requirement(request: UserRequest, public_id: str) -> ProcessRequirement:
    visible = ProcessRequirement.objects.filter(clause_version__in=ClauseVersion.objects.visible_to(request.user))
    return get_object_or_404(visible.select_related("clause_version"), public_id=public_id)


def _requirement(request: UserRequest, public_id: str) -> tuple[ProcessRequirement, ClauseVersion]:
    requirement = _visible_requirement(request, public_id)
    return requirement, _changeable(request, requirement)


def _parameter(request: UserRequest, public_id: str, key: str) -> tuple[ClauseParameter, ClauseVersion]:
    versions = ClauseVersion.objects.visible_to(request.user).filter(public_id=public_id)
    visible = ClauseParameter.objects.filter(clause_version__in=versions).select_related("clause_version")
    parameter = get_object_or_404(visible, key=key)
    return parameter, _changeable(request, parameter)


def _attempt(
    request: UserRequest, version: Any, anchor: str, act: Any, *, done: str = "", **arguments: Any
) -> HttpResponse:
    """A write without a page of its own, then back to its place in the version, which says `done` or the refusal."""
    try:
        act(by=request.user, **arguments)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if done:
            messages.success(request, done)
    return redirect(f"{version_url(version)}#{anchor}")


def _removed(row: Any) -> str:
    return _("“%(name)s” is removed from the draft.") % {"name": row}


def _direction(request: UserRequest) -> bool:
    form = MoveForm(request.POST)
    return form.is_valid() and form.cleaned_data["direction"] == "up"


def _enter(request: UserRequest, row: Any, title: str, anchor: str) -> HttpResponse:
    """Enter what an adopted version lacks; back to it where nothing is missing any more."""
    version = version_of(row)
    require(can_keep_documents(request.user) and version.is_locked)
    page = f"{version_url(version)}#{anchor}"
    if not row.missing and request.method != "POST":
        return redirect(page)
    form = MissingForm(request.POST or None, row=row)
    stands = [(MISSING_LABELS[name], getattr(row, name), name[-2:]) for name in row.enterable if getattr(row, name)]
    return edit(
        request,
        form,
        act=lambda seen, texts: actions.enter_missing(by=request.user, row=row, seen=seen, **texts),
        template="codeofconduct/version_text_enter.html",
        context=place(version, title=title, writing_help=WRITTEN, row=row, stands=stands),
        done=lambda _row: page,
        again=lambda data, stored: MissingForm(data, row=stored),
        names=form.texts,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def section_add(request: UserRequest, kind: str, public_id: str) -> HttpResponse:
    draft = visible_draft(request, kind, public_id)
    empty, has_area = draft.sections.model(), kind == "code"
    return edit(
        request,
        SectionForm(request.POST or None, section=empty, has_area=has_area),
        act=lambda _seen, values: actions.add_section(by=request.user, version=draft, **values),
        template=EDIT,
        context=place(draft, title=_("Add a section"), writing_help=WRITTEN),
        done=lambda _section: f"{version_url(draft)}#sections",
        again=lambda data, stored: SectionForm(data, section=stored, has_area=has_area),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def section_edit(request: UserRequest, kind: str, public_id: str) -> HttpResponse:
    section, draft = _section(request, kind, public_id)
    has_area = kind == "code"
    return edit(
        request,
        SectionForm(request.POST or None, section=section, has_area=has_area),
        act=lambda seen, values: actions.revise_section(by=request.user, section=section, seen=seen, **values),
        template=EDIT,
        context=place(
            draft,
            title=_("Section %(number)s") % {"number": section.number},
            writing_help=WRITTEN,
            remove_url=reverse("codeofconduct:section-remove", args=[kind, public_id]),
        ),
        done=lambda saved: f"{version_url(draft)}#section-{saved.public_id}",
        again=lambda data, stored: SectionForm(data, section=stored, has_area=has_area),
        names=SECTION_TEXTS + (("area",) if has_area else ()),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def section_enter(request: UserRequest, kind: str, public_id: str) -> HttpResponse:
    section = _visible_section(request, kind, public_id)
    title = _("Section %(number)s: enter what is missing") % {"number": section.number}
    return _enter(request, section, title, f"section-{section.public_id}")


@require_POST
def section_move(request: UserRequest, kind: str, public_id: str) -> HttpResponse:
    section, draft = _section(request, kind, public_id)
    up, anchor = _direction(request), f"section-{section.public_id}"
    return _attempt(request, draft, anchor, actions.move_section, section=section, up=up)


@require_POST
def section_remove(request: UserRequest, kind: str, public_id: str) -> HttpResponse:
    section, draft = _section(request, kind, public_id)
    return _attempt(request, draft, "sections", actions.remove_section, section=section, done=_removed(section))


@require_http_methods(["GET", "HEAD", "POST"])
def requirement_add(request: UserRequest, public_id: str) -> HttpResponse:
    draft = visible_draft(request, "clause", public_id)
    return edit(
        request,
        RequirementForm(request.POST or None, requirement=ProcessRequirement()),
        act=lambda _seen, values: actions.add_requirement(by=request.user, version=draft, **values),
        template=EDIT,
        context=place(draft, title=_("Add a requirement"), writing_help=WRITTEN),
        done=lambda _requirement: f"{version_url(draft)}#requirements",
        again=lambda data, stored: RequirementForm(data, requirement=stored),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def requirement_edit(request: UserRequest, public_id: str) -> HttpResponse:
    requirement, draft = _requirement(request, public_id)
    return edit(
        request,
        RequirementForm(request.POST or None, requirement=requirement),
        act=lambda seen, values: actions.revise_requirement(
            by=request.user, requirement=requirement, seen=seen, **values
        ),
        template=EDIT,
        context=place(
            draft,
            title=_("Requirement %(number)s") % {"number": requirement.number},
            writing_help=WRITTEN,
            remove_url=reverse("codeofconduct:process-requirement-remove", args=[public_id]),
        ),
        done=lambda saved: f"{version_url(draft)}#requirement-{saved.public_id}",
        again=lambda data, stored: RequirementForm(data, requirement=stored),
        names=REQUIREMENT_TEXTS,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def requirement_enter(request: UserRequest, public_id: str) -> HttpResponse:
    requirement = _visible_requirement(request, public_id)
    title = _("Requirement %(number)s: enter what is missing") % {"number": requirement.number}
    return _enter(request, requirement, title, f"requirement-{requirement.public_id}")


@require_POST
def requirement_move(request: UserRequest, public_id: str) -> HttpResponse:
    requirement, draft = _requirement(request, public_id)
    up, anchor = _direction(request), f"requirement-{requirement.public_id}"
    return _attempt(request, draft, anchor, actions.move_requirement, requirement=requirement, up=up)


@require_POST
def requirement_remove(request: UserRequest, public_id: str) -> HttpResponse:
    requirement, draft = _requirement(request, public_id)
    done = _removed(requirement)
    return _attempt(request, draft, "requirements", actions.remove_requirement, requirement=requirement, done=done)


@require_http_methods(["GET", "HEAD", "POST"])
def parameter_add(request: UserRequest, public_id: str) -> HttpResponse:
    draft = visible_draft(request, "clause", public_id)
    return edit(
        request,
        ParameterForm(request.POST or None, parameter=ClauseParameter()),
        act=lambda _seen, values: actions.add_parameter(by=request.user, version=draft, **values),
        template=EDIT,
        context=place(draft, title=_("Add a clause parameter")),
        done=lambda _parameter: f"{version_url(draft)}#parameters",
        again=lambda data, stored: ParameterForm(data, parameter=stored),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def parameter_edit(request: UserRequest, public_id: str, key: str) -> HttpResponse:
    parameter, draft = _parameter(request, public_id, key)
    return edit(
        request,
        ParameterForm(request.POST or None, parameter=parameter),
        act=lambda seen, values: actions.revise_parameter(by=request.user, parameter=parameter, seen=seen, **values),
        template=EDIT,
        context=place(
            draft,
            title=_("Clause parameter %(name)s") % {"name": parameter.label},
            remove_url=reverse("codeofconduct:clause-parameter-remove", args=[public_id, key]),
        ),
        done=lambda _parameter: f"{version_url(draft)}#parameters",
        again=lambda data, stored: ParameterForm(data, parameter=stored),
        names=PARAMETER_VALUES,
    )


@require_POST
def parameter_remove(request: UserRequest, public_id: str, key: str) -> HttpResponse:
    parameter, draft = _parameter(request, public_id, key)
    done = _removed(parameter)
    return _attempt(request, draft, "parameters", actions.remove_parameter, parameter=parameter, done=done)
