"""Pages of a topic: its variants side by side, proposing, commenting and deciding."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codeofconduct.actions.requirements import (
    adopt_variant,
    comment_on_variant,
    decline_variant,
    propose_variant,
    reword_variant,
)
from codeofconduct.forms.requirements import (
    WORDING,
    AdoptForm,
    CommentForm,
    DeclineForm,
    ProposalForm,
    StartForm,
    VariantEditForm,
)
from codeofconduct.models import SustainabilityRequirement
from codeofconduct.permissions import (
    can_change_proposal,
    can_keep_requirement_sets,
    can_see_proposals,
    can_take_part_in_requirements,
)
from codeofconduct.presentation.variants import beside, compared, rows_of
from codeofconduct.queries.requirements import (
    adopted_beside,
    variants_compared,
    variants_decided_earlier,
    with_people,
)
from codeofconduct.views.requirements import visible_topic
from portal.history.queries import Source, changes_of
from portal.history.versions import StaleVersionError
from portal.ui.paging import key_page
from portal.ui.responses import at_version, conflict
from regions.requests import UserRequest, require


def _visible(request: UserRequest, public_id: str) -> SustainabilityRequirement:
    return get_object_or_404(
        with_people(SustainabilityRequirement.objects.visible_to(request.user)), public_id=public_id
    )


def _to_variant(requirement: SustainabilityRequirement) -> HttpResponseRedirect:
    page = reverse("codeofconduct:requirement-topic-detail", args=[requirement.topic.public_id])
    return redirect(f"{page}#variant-{requirement.public_id}")


@require_safe
def requirement_topic_detail(request: UserRequest, public_id: str) -> HttpResponse:
    """What is adopted and what is proposed, side by side; below it what was decided earlier."""
    topic = visible_topic(request, public_id)
    user = request.user
    rows = rows_of(variants_compared(user, topic))
    told: list[Source] = [topic, SustainabilityRequirement.objects.visible_to(user).filter(topic=topic)]
    context = {
        "topic": topic,
        "rows": rows,
        "changeable": {
            column.variant.pk for row in rows for column in row.columns if can_change_proposal(user, column.variant)
        },
        "earlier": key_page(variants_decided_earlier(user, topic), request.GET, newest_first=True),
        "can_keep": can_keep_requirement_sets(user),
        "can_take_part": can_take_part_in_requirements(user),
        "history": changes_of(*told) if can_see_proposals(user) else None,
    }
    return render(request, "codeofconduct/requirement_topic_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def variant_propose(request: UserRequest, public_id: str) -> HttpResponse:
    """A new variant; `?start=` another one, whose text it begins with."""
    topic = visible_topic(request, public_id)
    require(can_take_part_in_requirements(request.user))
    start = StartForm(request.GET, user=request.user, topic=topic).chosen
    form = ProposalForm(request.POST or None, user=request.user, start=start)
    if request.method == "POST" and form.is_valid():
        region = form.cleaned_data["region"]
        made = propose_variant(by=request.user, topic=topic, region=region, wording=form.wording())
        messages.success(request, _("The proposal is there for the regions and the secretariat to read."))
        return _to_variant(made)
    return render(request, "codeofconduct/variant_propose.html", {"form": form, "topic": topic, "start": start})


@require_http_methods(["GET", "HEAD", "POST"])
def variant_edit(request: UserRequest, public_id: str) -> HttpResponse:
    requirement = _visible(request, public_id)
    require(can_change_proposal(request.user, requirement))
    form = VariantEditForm(request.POST or None, requirement=requirement)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            reword_variant(by=request.user, requirement=requirement, version=version, wording=form.wording())
        except StaleVersionError as error:
            return _edit_conflict(request, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The proposal is saved."))
            return _to_variant(requirement)
    context = {"form": form, "topic": requirement.topic, "variant": requirement}
    return render(request, "codeofconduct/variant_edit.html", context)


def _edit_conflict(
    request: UserRequest, form: VariantEditForm, error: StaleVersionError[SustainabilityRequirement]
) -> HttpResponse:
    stored = error.stored
    again = VariantEditForm(at_version(request.POST, stored.version), requirement=stored)
    comparisons = compared(form.wording(), stored, {name: form.fields[name].label for name in WORDING})
    context = {"form": again, "topic": stored.topic}
    return conflict(request, "codeofconduct/requirement_conflict.html", context, comparisons=comparisons)


@require_http_methods(["GET", "HEAD", "POST"])
def variant_comment(request: UserRequest, public_id: str) -> HttpResponse:
    requirement = _visible(request, public_id)
    require(can_take_part_in_requirements(request.user))
    form = CommentForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        comment_on_variant(by=request.user, requirement=requirement, **form.cleaned_data)
        messages.success(request, _("Your comment is there."))
        return _to_variant(requirement)
    return render(request, "codeofconduct/variant_comment.html", _context(form, requirement))


@require_http_methods(["GET", "HEAD", "POST"])
def variant_adopt(request: UserRequest, public_id: str) -> HttpResponse:
    """The proposal beside what it replaces, and the decision."""
    requirement = _visible(request, public_id)
    require(can_keep_requirement_sets(request.user))
    form = AdoptForm(request.POST or None, requirement=requirement)
    said = _("The requirement is adopted.")
    return _decide(request, requirement, form, adopt_variant, said) or render(
        request, "codeofconduct/variant_adopt.html", _context(form, requirement)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def variant_decline(request: UserRequest, public_id: str) -> HttpResponse:
    requirement = _visible(request, public_id)
    require(can_keep_requirement_sets(request.user))
    form = DeclineForm(request.POST or None, requirement=requirement)
    said = _("The proposal is declined.")
    return _decide(request, requirement, form, decline_variant, said) or render(
        request, "codeofconduct/variant_decline.html", _context(form, requirement)
    )


def _decide(
    request: UserRequest,
    requirement: SustainabilityRequirement,
    form: AdoptForm | DeclineForm,
    action: Callable[..., SustainabilityRequirement],
    said: str,
) -> HttpResponse | None:
    """The answer to a decision; None where the page is to be shown, with what stands against it."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        action(by=request.user, requirement=requirement, **form.cleaned_data)
    except StaleVersionError as error:
        return _decision_conflict(request, requirement, form, error)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    messages.success(request, said)
    return _to_variant(requirement)


def _decision_conflict(
    request: UserRequest,
    seen: SustainabilityRequirement,
    form: AdoptForm | DeclineForm,
    error: StaleVersionError[SustainabilityRequirement],
) -> HttpResponse:
    """The proposal was changed while someone decided about it: it is shown as it stands, to be decided anew."""
    stored = error.stored
    again = type(form)(at_version(request.POST, stored.version), requirement=stored)
    context = {"form": again, "topic": seen.topic, "variant": stored}
    return conflict(request, "codeofconduct/requirement_conflict.html", context)


def _context(form: Any, requirement: SustainabilityRequirement) -> dict[str, Any]:
    is_open = requirement.decided_at is None
    return {
        "form": form,
        "topic": requirement.topic,
        "variant": requirement,
        "row": beside(requirement, adopted_beside(requirement) if is_open else None),
    }
