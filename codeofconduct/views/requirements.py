"""Pages of the requirement sets: what is adopted, its text for a tender, and the degree of harmonisation."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codeofconduct.actions.requirements import add_topic, begin_requirement_set, rename_topic
from codeofconduct.forms.requirements import (
    ExportForm,
    HarmonisationForm,
    LevelForm,
    SetForm,
    SetSearchForm,
    TopicEditForm,
    TopicForm,
)
from codeofconduct.models import RequirementSet, RequirementTopic
from codeofconduct.permissions import can_keep_requirement_sets, can_see_proposals
from codeofconduct.presentation.degrees import degree_page
from codeofconduct.presentation.variants import tender_file_name, tender_text
from codeofconduct.queries.harmonisation import degrees_by_category
from codeofconduct.queries.requirements import adopted_of_set, sets_listed, topics_listed
from portal.history.queries import changes_of
from portal.history.versions import StaleVersionError
from portal.search.ordering import swedish
from portal.ui.paging import key_page
from portal.ui.responses import Comparison, at_version, conflict
from regions.requests import UserRequest, require, require_role


def visible_set(request: UserRequest, public_id: str) -> RequirementSet:
    sets = RequirementSet.objects.visible_to(request.user).select_related("category")
    return get_object_or_404(sets, public_id=public_id)


def visible_topic(request: UserRequest, public_id: str) -> RequirementTopic:
    topics = RequirementTopic.objects.visible_to(request.user).select_related("requirement_set__category")
    return get_object_or_404(topics, public_id=public_id)


@require_safe
def requirement_set_list(request: UserRequest) -> HttpResponse:
    """The sets by category in Swedish order."""
    require_role(request)
    form = SetSearchForm(request.GET)
    form.is_valid()
    narrowed = {"text": form.cleaned_data.get("q", ""), "with_open": form.cleaned_data.get("open", False)}
    page = key_page(sets_listed(request.user, **narrowed), request.GET, by=swedish("category__name"))
    degrees = degrees_by_category(row.category_id for row in page.rows)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, degrees.get(row.category_id)) for row in page.rows],
        "is_narrowed": any(narrowed.values()),
        "can_keep": can_keep_requirement_sets(request.user),
        "sees_proposals": can_see_proposals(request.user),
    }
    return render(request, "codeofconduct/requirement_set_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def requirement_set_create(request: UserRequest) -> HttpResponse:
    """Begin the set of a category."""
    require_role(request)
    require(can_keep_requirement_sets(request.user))
    form = SetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        begun = begin_requirement_set(by=request.user, **form.cleaned_data)
        messages.success(request, _("The requirement set is begun. Add what its requirements are about."))
        return redirect("codeofconduct:requirement-set-detail", begun.public_id)
    return render(request, "codeofconduct/requirement_set_create.html", {"form": form})


@require_safe
def requirement_set_detail(request: UserRequest, public_id: str) -> HttpResponse:
    """What is adopted in the set, topic by topic."""
    found = visible_set(request, public_id)
    form = LevelForm(request.GET)
    form.is_valid()
    level = form.cleaned_data.get("level", "")
    context = {
        "requirement_set": found,
        "form": form,
        "page": key_page(topics_listed(request.user, found, level=level), request.GET),
        "degree": degrees_by_category([found.category_id]).get(found.category_id),
        "can_keep": can_keep_requirement_sets(request.user),
        "sees_proposals": can_see_proposals(request.user),
    }
    return render(request, "codeofconduct/requirement_set_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def requirement_topic_add(request: UserRequest, public_id: str) -> HttpResponse:
    found = visible_set(request, public_id)
    require(can_keep_requirement_sets(request.user))
    form = TopicForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        topic = add_topic(by=request.user, requirement_set=found, **form.cleaned_data)
        messages.success(request, _("The topic is added. Propose a requirement, or wait for the regions'."))
        return redirect("codeofconduct:requirement-topic-detail", topic.public_id)
    return render(request, "codeofconduct/requirement_topic_add.html", {"form": form, "requirement_set": found})


@require_http_methods(["GET", "HEAD", "POST"])
def requirement_topic_edit(request: UserRequest, public_id: str) -> HttpResponse:
    topic = visible_topic(request, public_id)
    require(can_keep_requirement_sets(request.user))
    form = TopicEditForm(request.POST or None, topic=topic)
    if request.method == "POST" and form.is_valid():
        try:
            rename_topic(by=request.user, topic=topic, **form.cleaned_data)
        except StaleVersionError as error:
            return _topic_conflict(request, form, error)
        messages.success(request, _("The topic is saved."))
        return redirect("codeofconduct:requirement-topic-detail", topic.public_id)
    context = {"form": form, "topic": topic, "history": changes_of(topic).rows}
    return render(request, "codeofconduct/requirement_topic_edit.html", context)


def _topic_conflict(
    request: UserRequest, form: TopicEditForm, error: StaleVersionError[RequirementTopic]
) -> HttpResponse:
    stored, typed = error.stored, form.cleaned_data
    again = TopicEditForm(at_version(request.POST, stored.version), topic=stored)
    comparisons = [
        Comparison(form.fields[name].label, typed[name] or "–", getattr(stored, name) or "–")
        for name in ("title_sv", "title_en")
        if typed[name] != getattr(stored, name)
    ]
    context = {"form": again, "topic": stored}
    return conflict(request, "codeofconduct/requirement_conflict.html", context, comparisons=comparisons)


def _tender(request: UserRequest, found: RequirementSet, form: ExportForm) -> tuple[str, str]:
    """The text that the query string asks for, and its language."""
    form.is_valid()
    language = form.cleaned_data.get("language") or "sv"
    level = form.cleaned_data.get("level", "")
    return tender_text(found, adopted_of_set(found, level=level), language=language, level=level), language


@require_safe
def requirement_set_export(request: UserRequest, public_id: str) -> HttpResponse:
    """The text for a tender document, to copy from or to download."""
    found = visible_set(request, public_id)
    form = ExportForm(request.GET)
    text, language = _tender(request, found, form)
    query = request.GET.urlencode()
    context = {"form": form, "requirement_set": found, "text": text, "text_language": language, "query": query}
    return render(request, "codeofconduct/requirement_set_export.html", context)


@require_safe
def requirement_set_download(request: UserRequest, public_id: str) -> HttpResponse:
    """The same as a file: UTF-8 with a byte order mark, which Word needs to read å, ä and ö, and lines as Windows ends them."""
    found = visible_set(request, public_id)
    text, language = _tender(request, found, ExportForm(request.GET))
    name = tender_file_name(found, language=language)
    response = HttpResponse(text.replace("\n", "\r\n").encode("utf-8-sig"), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


@require_safe
def harmonisation(request: UserRequest) -> HttpResponse:
    """The degree of harmonisation in all, by region and by category; of a region or a category where one is chosen."""
    require_role(request)
    form = HarmonisationForm(request.GET)
    form.is_valid()
    narrowed = {name: form.cleaned_data.get(name) for name in ("region", "category")}
    context = {"form": form, **narrowed, **degree_page(request.GET, **narrowed)}
    return render(request, "codeofconduct/harmonisation.html", context)
