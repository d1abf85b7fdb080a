"""Where the pages of a version are."""

from typing import Any

from django import template
from django.urls import reverse

from codeofconduct.enums import ParameterUnit
from codeofconduct.presentation.documents import amount_of
from codeofconduct.queries.documents import kind_of

register = template.Library()


@register.filter
def kind(version: Any) -> str:
    """The word for a version's kind in addresses."""
    return kind_of(version)


@register.filter
def compare_url(version: Any) -> str:
    """Where a version is compared with the one before it."""
    return reverse("codeofconduct:version-compare", args=[kind_of(version), version.public_id])


@register.filter
def amount(number: int, unit: str) -> str:
    """A number with its unit: 1 week, 5 000 kr."""
    return amount_of(number, ParameterUnit(unit))


@register.filter
def language_pairs(form: Any) -> list[tuple[Any, Any]]:
    """The fields of a form that are written in Swedish and English, but for the points of a requirement."""
    stems = [name[:-3] for name in form.fields if name.endswith("_sv") and not name.startswith("point_")]
    return [(form[f"{stem}_sv"], form[f"{stem}_en"]) for stem in stems]


@register.filter
def other_fields(form: Any) -> list[Any]:
    """Those that have no language."""
    return [form[name] for name in form.fields if not name.endswith(("_sv", "_en")) and name != "version"]
