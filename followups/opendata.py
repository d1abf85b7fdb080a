"""Published results as open data: what its fields are, and the rows. Only what stands today, never a draft."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from followups.addresses import address_of_summary
from followups.models import SummaryEdition
from followups.queries.summaries import published

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Field:
    """A field by its name, what it means, and its value in an edition. `kind`: as JSON has it."""

    name: str
    kind: str
    meaning: Any
    read: Callable[[SummaryEdition], Any]


FIELDS = (
    Field(
        "id", "string", _("Lasting id of the summary, the same in every edition"), lambda each: each.summary.public_id
    ),
    Field("edition", "number", _("Edition, from 1; a correction is the next one"), lambda each: each.number),
    Field(
        "published_at", "string", _("When the edition was published, ISO 8601"), lambda each: _moment(each.published_at)
    ),
    Field("supplier", "string", _("Name of the supplier"), lambda each: each.supplier_name),
    Field(
        "organisation_number",
        "string",
        _("The supplier's organisation number or another official number, empty where none is known"),
        lambda each: each.organisation_number,
    ),
    Field("category_id", "string", _("Lasting id of the purchase category"), lambda each: each.category.public_id),
    Field("category", "string", _("Name of the purchase category"), lambda each: each.category.name),
    Field("clause", "string", _("Version of the contract clause it was made against"), lambda each: each.clause),
    Field(
        "regions",
        "list of strings",
        _("County codes (SCB) of the regions whose contracts were followed up"),
        lambda each: [region["code"] for region in each.regions],
    ),
    Field(
        "methods",
        "list of strings",
        _("How it was made: self_assessment, office_audit, factory_audit, follow_up_audit"),
        lambda each: list(each.methods),
    ),
    Field(
        "followed_from",
        "string",
        _("First day of the follow-up, ISO 8601"),
        lambda each: each.followed_from_on.isoformat(),
    ),
    Field(
        "followed_until",
        "string",
        _("Last day of the follow-up, ISO 8601"),
        lambda each: each.followed_until_on.isoformat(),
    ),
    Field(
        "closed",
        "boolean",
        _("Whether the follow-up is closed; otherwise its action plan is under way"),
        lambda each: each.is_closed,
    ),
    Field("light", "string", _("The light: green, yellow or red"), lambda each: each.colour),
    Field("deviations", "number", _("Deviations that were found"), lambda each: each.deviations),
    Field("severe_deviations", "number", _("Those of them that were severe"), lambda each: each.severe_deviations),
    Field(
        "open_deviations",
        "number",
        _("Those that were not remedied when it was published"),
        lambda each: each.open_deviations,
    ),
    Field("actions", "number", _("Corrective actions"), lambda each: each.actions),
    Field("actions_done", "number", _("Those of them that were done"), lambda each: each.done_actions),
    Field("text_sv", "string", _("The text in Swedish, with a little Markdown"), lambda each: each.text_sv),
    Field("text_en", "string", _("The text in English, with a little Markdown"), lambda each: each.text_en),
    Field("url_sv", "string", _("The page in Swedish"), lambda each: address_of_summary(each.summary.public_id, "sv")),
    Field("url_en", "string", _("The page in English"), lambda each: address_of_summary(each.summary.public_id, "en")),
)


def rows() -> Iterator[dict[str, Any]]:
    """One a summary that stands, the latest published first."""
    for edition in published():
        yield {field.name: field.read(edition) for field in FIELDS}


def as_json() -> dict[str, Any]:
    """With the licence, what the fields mean, and the ids of what was withdrawn: a copy elsewhere can follow."""
    with translation.override("en"):
        meanings = {field.name: str(field.meaning) for field in FIELDS}
    withdrawn = SummaryEdition.objects.latest().filter(withdrawn_at__isnull=False).select_related("summary")
    return {
        "licence": {"name": settings.OPEN_DATA_LICENCE, "url": settings.OPEN_DATA_LICENCE_URL},
        "fields": meanings,
        "results": list(rows()),
        "withdrawn": [
            {"id": each.summary.public_id, "withdrawn_at": _moment(each.withdrawn_at)}
            for each in withdrawn.order_by("-withdrawn_at", "-pk")
        ],
    }


def as_csv() -> str:
    """RFC 4180 with a comma, a heading line, and a space between the entries of a list."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([field.name for field in FIELDS])
    for row in rows():
        writer.writerow([_cell(value) for value in row.values()])
    return text.getvalue()


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


def _moment(moment: Any) -> str:
    return moment.isoformat(timespec="seconds")
