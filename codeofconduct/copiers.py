"""What hangs on a version of a governing document: how the next version gets its copy, and how a draft loses it.

Each kind of version registers its own. The writes themselves, with lock and checks, stand in `actions.versions`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import (
    ClauseParameter,
    ClauseVersion,
    CodeVersion,
    GuidanceVersion,
    ProcessRequirement,
    RequirementPoint,
)
from codeofconduct.models.governing import GoverningVersion
from portal.history.models import new_public_id

# What still has to be put right before a version can be adopted, a sentence each.
Lacks: TypeAlias = Callable[[Any], list[Any]]


@dataclass(frozen=True)
class Contents:
    """Of one kind of version.

    `line`: the fields that say which line a version belongs to. `copy(old, new)`: give the draft `new` what hangs on
    `old`. `remove(draft)`: take away what hangs on it. `lacks(draft)`: sentences that say why it can't be adopted.
    `emptied(draft)`: what else goes when the draft that is gone was the only version of its line.
    """

    line: tuple[str, ...]
    copy: Callable[[Any, Any], None]
    remove: Callable[[Any], None]
    lacks: Lacks
    emptied: Callable[[Any], None]


def _nothing(draft: Any) -> None:
    pass


_contents: dict[type[GoverningVersion], Contents] = {}


def register(
    model: type[GoverningVersion],
    copy: Callable[[Any, Any], None],
    *,
    remove: Callable[[Any], None],
    lacks: Lacks,
    line: tuple[str, ...] = (),
    emptied: Callable[[Any], None] = _nothing,
) -> None:
    """Make a kind of version known, once, in `AppConfig.ready()`."""
    _contents[model] = Contents(line, copy, remove, lacks, emptied)


def contents_of(version: GoverningVersion | type[GoverningVersion]) -> Contents:
    """Raises KeyError for a kind that nobody registered."""
    return _contents[version if isinstance(version, type) else type(version)]


def line_of(version: GoverningVersion) -> QuerySet[Any]:
    """All versions of the same line, this one included."""
    same = {field: getattr(version, field) for field in contents_of(version).line}
    return type(version)._default_manager.filter(**same)


def lock_line(version: GoverningVersion) -> None:
    """Let those who act on the versions of a line do so one after the other, inside the caller's transaction."""
    list(line_of(version).select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def cloned(row: Any, **changes: Any) -> Any:
    """An unsaved copy of a row: its own values but those that are its alone, and `changes`."""
    own = {"id", "public_id", "version"}
    values = {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if field.name not in own}
    return type(row)(**{**values, **changes})


def copy_sections(old: Any, new: Any, parent: str) -> None:
    """Both languages of each section, in the same order; `parent`: the sections' key to their version."""
    type(new).sections.rel.related_model.objects.bulk_create(
        cloned(section, **{parent: new}) for section in old.sections.order_by("number")
    )


def without_text(version: Any) -> list[Any]:
    """Why a version with no section, or only blank ones, can't be adopted."""
    if not version.sections.exists():
        return [_("The version has no section yet.")]
    blank = version.sections.filter(heading_sv="", body_sv="")
    if hasattr(version.sections.model, "area"):
        blank = blank.filter(area="")
    return [_("Section %(number)s is empty.") % {"number": section.number} for section in blank.order_by("number")]


def _copy_code(old: CodeVersion, new: CodeVersion) -> None:
    copy_sections(old, new, "code_version")


def _copy_guidance(old: GuidanceVersion, new: GuidanceVersion) -> None:
    copy_sections(old, new, "guidance_version")


def _copy_clause(old: ClauseVersion, new: ClauseVersion) -> None:
    copy_sections(old, new, "clause_version")
    for requirement in old.requirements.prefetch_related("points").order_by("number"):
        twin = cloned(requirement, clause_version=new, public_id=new_public_id())
        twin.save()
        RequirementPoint.objects.bulk_create(cloned(point, requirement=twin) for point in requirement.points.all())
    ClauseParameter.objects.bulk_create(
        cloned(parameter, clause_version=new) for parameter in old.parameters.order_by("pk")
    )


def _remove_sections(version: Any) -> None:
    version.sections.all().delete()


def _guidance_emptied(version: GuidanceVersion) -> None:
    """A line that never had a version in force goes with its draft; unless an answer points at it."""
    if not version.guidance.enquiries.exists():
        version.guidance.delete()


def _remove_clause(version: ClauseVersion) -> None:
    RequirementPoint.objects.filter(requirement__clause_version=version).delete()
    ProcessRequirement.objects.filter(clause_version=version).delete()
    version.parameters.all().delete()
    _remove_sections(version)


def _clause_lacks(version: ClauseVersion) -> list[Any]:
    """A clause binds by its requirements; texts around them may follow in the next version."""
    missing = [] if version.requirements.exists() else [_("The version has no requirement yet.")]
    return missing + (without_text(version) if version.sections.exists() else [])


def register_documents() -> None:
    """The kinds of this file."""
    register(CodeVersion, _copy_code, remove=_remove_sections, lacks=without_text)
    register(ClauseVersion, _copy_clause, remove=_remove_clause, lacks=_clause_lacks, line=("level",))
    register(
        GuidanceVersion,
        _copy_guidance,
        remove=_remove_sections,
        lacks=without_text,
        line=("guidance",),
        emptied=_guidance_emptied,
    )
