"""Reads over governing documents."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from codeofconduct.copiers import contents_of, line_of
from codeofconduct.enums import DocumentState, Level
from codeofconduct.models import (
    ClauseParameter,
    ClauseVersion,
    CodeVersion,
    Contract,
    Guidance,
    GuidanceVersion,
    ProcessRequirement,
    QuestionnaireVersion,
    RequirementPoint,
    RequirementSet,
)
from codeofconduct.models.governing import GoverningVersion, VersionQuerySet
from codeofconduct.permissions import sees_contracts
from codeofconduct.queries.knowledge import guidance_fields
from portal import clock
from portal.history.queries import Changes, Ever, Source, changes_of
from portal.jobs.enums import JobState
from portal.jobs.models import Job
from portal.search.matching import matching_or_closest
from regions.models import User

# By the word in addresses.
KINDS: dict[str, type[Any]] = {"code": CodeVersion, "clause": ClauseVersion, "guidance": GuidanceVersion}
LEVELS = {"clause-advanced": Level.ADVANCED, "clause-basic": Level.BASIC}
PDF_JOB = "document_pdf"


def kind_of(version: GoverningVersion) -> str:
    return next(kind for kind, model in KINDS.items() if isinstance(version, model))


def with_contents(versions: QuerySet[Any]) -> QuerySet[Any]:
    """With all that hangs on them, in its order; the number of queries doesn't grow with it."""
    versions = versions.select_related("adopted_by", "created_by").prefetch_related(
        Prefetch("sections", versions.model.sections.rel.related_model.objects.order_by("number"))
    )
    if versions.model is GuidanceVersion:
        return versions.select_related("guidance__category")
    if versions.model is ClauseVersion:
        requirements = ProcessRequirement.objects.order_by("number").prefetch_related("points")
        return versions.prefetch_related(Prefetch("requirements", requirements), "parameters")
    return versions


def versions_of_line(user: User, line: str) -> QuerySet[Any]:
    """The visible versions of the code or of the clause of a level, the latest first. Raises KeyError for another line."""
    if line == "code":
        return CodeVersion.objects.visible_to(user).order_by("-valid_from", "-pk")
    versions = ClauseVersion.objects.visible_to(user).filter(level=LEVELS[line])
    return with_contract_counts(user, versions).order_by("-valid_from", "-pk")


def with_contract_counts(user: User, versions: QuerySet[ClauseVersion]) -> QuerySet[ClauseVersion]:
    """With `contract_count`: the running contracts under each version that the user may see."""
    contracts = Contract.objects.visible_to(user).active().filter(clause_version=OuterRef("pk")).order_by()
    counted = contracts.values("clause_version").annotate(number=Count("pk")).values("number")
    return versions.annotate(contract_count=Coalesce(Subquery(counted), 0))


def running_contract_count(user: User, version: GoverningVersion) -> int | None:
    """The running contracts under a version of the clause; None where the user sees no contracts, or it binds none."""
    if not isinstance(version, ClauseVersion) or not sees_contracts(user):
        return None
    return Contract.objects.visible_to(user).active().filter(clause_version=version).count()


def siblings(user: User, version: GoverningVersion) -> QuerySet[Any]:
    """The visible versions of the same line, this one included, the latest first."""
    visible = type(version)._default_manager.visible_to(user)  # type: ignore[attr-defined]
    return line_of(version).filter(pk__in=visible.values("pk")).order_by("-valid_from", "-pk")


def draft_of_line(versions: Iterable[Any]) -> Any:
    return next((version for version in versions if not version.is_locked), None)


def in_force(versions: VersionQuerySet[Any]) -> Any:
    """What holds today, or None."""
    return versions.in_force_on(clock.today()).order_by("-valid_from").first()


def replaced_contract_count(user: User) -> int:
    """Running contracts that the user may see under a version that another one has replaced."""
    contracts = Contract.objects.visible_to(user).active()
    return contracts.filter(clause_version__valid_to__lt=clock.today()).count()


def guidance_listed(user: User, *, text: str = "", area: str = "", category: Any = None) -> QuerySet[Guidance]:
    """Visible lines, searched and narrowed, with `in_force_name`, `in_force_from`, `coming_from`, and `has_draft` (who
    sees drafts)."""
    versions = GuidanceVersion.objects.visible_to(user).filter(guidance=OuterRef("pk"))
    current = versions.in_force_on(clock.today()).order_by("-valid_from")
    coming = versions.adopted().filter(valid_from__gt=clock.today()).order_by("valid_from")
    lines = Guidance.objects.visible_to(user).select_related("category")
    narrowed = Q(area=area) if area else Q()
    if category is not None:
        narrowed &= Q(category=category)
    found = matching_or_closest(lines.filter(narrowed), text, guidance_fields(user))
    return found.annotate(
        in_force_name=Subquery(current.values("name")[:1]),
        in_force_from=Subquery(current.values("valid_from")[:1]),
        coming_from=Subquery(coming.values("valid_from")[:1]),
        has_draft=Exists(versions.drafts()),
    )


def stored_pdf(version: GoverningVersion, language: str) -> Job | None:
    """The job that rendered the version as it is now, whoever started it: its file serves everyone who sees the version."""
    done = Job.objects.filter(
        kind=PDF_JOB, subject=version.public_id, language=language, state=JobState.DONE, result__isnull=False
    )
    return done.filter(params=pdf_params(version)).select_related("result").order_by("-pk").first()


def pdf_params(version: GoverningVersion) -> dict[str, Any]:
    """Of the job: another state of the version is another PDF."""
    return {"kind": kind_of(version), "seen": version.version}


def lacks_of(version: GoverningVersion) -> list[Any]:
    """What has to be put right before the draft can be adopted, a sentence each."""
    return contents_of(version).lacks(version)


def untranslated(version: Any) -> list[int]:
    """The numbers of the sections that say something in Swedish and not in English."""
    return [section.number for section in version.sections.all() if _lacks_english(section, "heading", "body")]


def untranslated_requirements(version: Any) -> list[int]:
    """The numbers of a clause's requirements that say something, also in a sub-point, in Swedish and not in English."""
    return [
        each.number
        for each in (version.requirements.all() if isinstance(version, ClauseVersion) else [])
        if _lacks_english(each, "title", "criterion")
        or any(_lacks_english(point, "text") for point in each.points.all())
    ]


def _lacks_english(row: Any, *names: str) -> bool:
    return any(getattr(row, f"{name}_sv") and not getattr(row, f"{name}_en") for name in names)


def history_of(version: GoverningVersion, before: str = "") -> Changes:
    """What happened to the version and what hangs on it, also what was taken out; `before`: the cursor of a page."""
    model = version.sections.model  # type: ignore[attr-defined]  # every kind has sections
    sources: list[Source] = [version, Ever(model, **{parent_name(model): version})]
    if isinstance(version, ClauseVersion):
        sources += [Ever(ProcessRequirement, clause_version=version), Ever(ClauseParameter, clause_version=version)]
        sources.append(RequirementPoint.objects.filter(requirement__clause_version=version))
    return changes_of(*sources, before=before)


def sections_visible_to(user: User, kind: str) -> QuerySet[Any]:
    """The sections of visible versions of a kind, each with its version."""
    model = KINDS[kind].sections.rel.related_model
    parent = parent_name(model)
    sections: QuerySet[Any] = model.objects.filter(**{f"{parent}__in": KINDS[kind].objects.visible_to(user)})
    return sections.select_related(parent)


def version_of(row: Any) -> Any:
    """The version that a section, requirement or parameter hangs on."""
    return getattr(row, parent_name(type(row)))


def parent_name(model: type[Any]) -> str:
    """The name of its key to the version that it hangs on."""
    keys = (field for field in model._meta.concrete_fields if field.is_relation)
    return str(next(key.name for key in keys if issubclass(key.related_model, GoverningVersion)))


@dataclass(frozen=True)
class LineState:
    """Of a line: what holds today, what comes next, and the draft for those who see it."""

    current: Any
    coming: Any
    draft: Any
    count: int


@dataclass(frozen=True)
class Hub:
    """What the page of requirements shows of each kind of document."""

    lines: dict[str, LineState]
    guidance_count: int
    questionnaires: list[QuestionnaireVersion]
    requirement_set_count: int


def hub_of(user: User) -> Hub:
    """Every line as it stands today, for this user."""
    today = clock.today()
    visible = QuestionnaireVersion.objects.visible_to(user).select_related("questionnaire")
    questionnaires = visible.in_force_on(today) | visible.drafts()
    return Hub(
        lines={line: line_state(versions_of_line(user, line)) for line in ("code", *LEVELS)},
        guidance_count=GuidanceVersion.objects.visible_to(user).in_force_on(today).count(),
        # Drafts come last: none takes the place of what is in force.
        questionnaires=list(
            questionnaires.order_by(IsNull(F("adopted_at"), True), "questionnaire__title_sv", "pk")[:6]
        ),
        requirement_set_count=RequirementSet.objects.count(),
    )


def line_state(versions: Iterable[Any]) -> LineState:
    """`versions` with the latest first."""
    every = list(versions)
    by_state: dict[str, Any] = {version.state: version for version in every}
    return LineState(
        current=by_state.get(DocumentState.IN_FORCE),
        coming=by_state.get(DocumentState.COMING),
        draft=by_state.get(DocumentState.DRAFT),
        count=len(every),
    )
