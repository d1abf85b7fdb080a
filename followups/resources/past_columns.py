"""Cells of a past follow-up that hold more than a value: its contracts, deviations and corrective actions."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from codeofconduct.models import Contract, ProcessRequirement
from followups.enums.actions import ActionState
from followups.enums.findings import SevereType
from followups.enums.follow_ups import FindingState
from followups.models import CorrectiveAction, Finding, FollowUpContract, Severity
from portal import clock
from portal.exchange.engine.children import Children
from portal.exchange.engine.columns import Column
from portal.exchange.engine.finders import folded
from portal.exchange.engine.rows import Row
from portal.exchange.reading.values import BadValue, list_of, text_of
from portal.files.checks import clean_name
from portal.ui.forms import parse_day
from regions.models import Region
from regions.resources import region_names

_DEVIATION = re.compile(
    r"(?P<number>[0-9]{1,2})\s*(?:(?:allvarlig|severe)\s*\((?P<severe>[^()]*)\))?\s*:\s*(?P<text>.+)", re.I | re.S
)
_NEXT = re.compile(r"[;\n]+(?=\s*[0-9]{1,2}\s*(?:(?:allvarlig|severe)\s*\([^()]*\))?\s*:)", re.I)
_ACTION = re.compile(r"(?P<place>[0-9]{1,3})\s*:\s*(?P<text>.+?)\s*\((?P<days>[^()]*)\)\s*", re.S)
_DAY = re.compile(r"(?P<word>senast|klar|due|done)?\s*(?P<day>[0-9]{4}-?[0-9]{2}-?[0-9]{2})", re.I)

# Requirement (number), type of a severe deviation or "", text; of its action the text, the due date and the day it was
# done. "" and None: no action.
Deviation = tuple[int, str, str, str, date | None, date | None]


def word(swedish: str, english: str) -> str:
    """One of the words that a cell is read by, in the language in use."""
    return english if get_language() == "en" else swedish


def names_of(cell: Any) -> list[str]:
    """File names as a zip may hold them."""
    return [name for name in map(clean_name, list_of(cell)) if name]


@cache
def _types() -> dict[str, str]:
    """The types of severe deviations by what they are called, in either language."""
    found: dict[str, str] = {}
    for language, _label in settings.LANGUAGES:
        with override(language):
            found |= {folded(str(each.label)): each.value for each in SevereType}
    return found


def deviations_of(cell: Any) -> tuple[Deviation, ...]:
    """ "2: The risk assessment lacks …; 6 severe (child labour): …". Raises BadValue."""
    expected = _(
        "Write each deviation as the number of its requirement, a colon and what was found; of a severe one also its type: "
        "2: … ; 6 severe (child labour): …"
    )
    found: list[Deviation] = []
    for part in _NEXT.split(text_of(cell) or ""):
        told = _DEVIATION.fullmatch(part.strip(" ;\n"))
        if told is None:
            raise BadValue(part, expected)
        severe = _types().get(folded(told["severe"]), "") if told["severe"] is not None else ""
        if told["severe"] is not None and not severe:
            types = ", ".join(str(each.label) for each in SevereType)
            raise BadValue(told["severe"], _("The type of a severe deviation is one of: %(types)s.") % {"types": types})
        found.append((int(told["number"]), severe, " ".join(told["text"].split()), "", None, None))
    return tuple(found)


def actions_of(cell: Any) -> dict[int, tuple[str, date, date | None]]:
    """ "1: Completed the risk assessment (due 2021-09-01, done 2021-08-20)", by the deviation's place. Raises BadValue."""
    expected = _(
        "Write each action as the place of its deviation, a colon, what was to be done, and its days in brackets: "
        "1: … (due 2021-09-01, done 2021-08-20)"
    )
    found: dict[int, tuple[str, date, date | None]] = {}
    for part in re.split(r"[;\n]+(?=\s*[0-9]{1,3}\s*:)", text_of(cell) or ""):
        told = _ACTION.fullmatch(part.strip(" ;\n"))
        days = _days(told["days"]) if told else None
        if told is None or days is None or int(told["place"]) in found:
            raise BadValue(part, expected)
        found[int(told["place"])] = (" ".join(told["text"].split()), *days)
    return found


def _days(text: str) -> tuple[date, date | None] | None:
    """The due date and the day it was done; a day without a word is the day it was done, and then the due date too."""
    due = done = None
    for told in _DAY.finditer(text):
        day = parse_day(told["day"])
        if day is None:
            return None
        if (told["word"] or "").casefold() in {"senast", "due"}:
            due = day
        else:
            done = day
    first = due or done
    return (first, done) if first else None


def with_actions(row: Row) -> None:
    """Put each action beside its deviation; a place without one is a fault."""
    actions = row.pop("actions", None)
    if not actions:
        return
    deviations = list(row.get("deviations") or ())
    for place, (text, due, done) in sorted(actions.items()):
        if not 1 <= place <= len(deviations):
            message = _("There is no deviation in place %(place)d of the cell with the deviations.")
            row.refuse("actions", message % {"place": place}, text)
            return
        number, severe, told, *_none = deviations[place - 1]
        deviations[place - 1] = (number, severe, told, text, due, done)
    row["deviations"] = tuple(deviations)


class ContractsColumn(Children):
    """The contracts that took part, by registration number; where several regions have the number, with the region."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Contracts"),
            accessor="participations",
            clears=False,
            expected=gettext_lazy(
                "Registration numbers of contracts with the supplier, divided by semicolons; with the region before it "
                "where several have the same: 23: RS/123-2021."
            ),
            example="RS/123-2021",
            also=("avtal", "avtalens diarienummer", "diarienummer"),
        )
        self.found: dict[str, list[Contract]] = {}
        self.regions: dict[str, Region] = {}

    def prepare(self, rows: Iterable[Row]) -> None:
        if not self.regions:
            self.regions = {folded(name): each for each in Region.objects.all() for name in region_names(each)}
        texts = {text for row in rows for text in row.get(self.key) or ()}
        numbers = texts | {text.partition(":")[2].strip() for text in texts} - {""}
        for contract in Contract.objects.filter(registration_number__any_of=list(numbers)).select_related("region"):
            known = self.found.setdefault(contract.registration_number, [])
            if contract not in known:
                known.append(contract)

    def resolve(self, row: Row) -> None:
        supplier, texts = row.get("supplier"), row.get(self.key)
        if texts is None:
            return
        if supplier is None:
            del row[self.key]  # that is told at its own cell
            return
        contracts = []
        for text in texts:
            found = self._named(text, supplier)
            if len(found) != 1:
                row.refuse(self.key, self._why(bool(found)), text)
                del row[self.key]
                return
            contracts += found
        row[self.key] = tuple(contracts)

    def _named(self, text: str, supplier: Any) -> list[Contract]:
        region, _mark, number = (part.strip() for part in text.partition(":"))
        place = self.regions.get(folded(region)) if number else None
        among = self.found.get(number if place else text, ())
        return [
            each for each in among if each.supplier_id == supplier.pk and (place is None or each.region_id == place.pk)
        ]

    def _why(self, several: bool) -> str:
        if several:
            return _("Several regions have a contract with this number. Write the region before it: 23: RS/123-2021.")
        return _("The supplier has no contract with this number. Import the contract first, or leave it out.")

    def children(self) -> "QuerySet[Any]":
        return FollowUpContract.objects.select_related("contract__region")

    def value_of(self, child: FollowUpContract) -> Contract:
        return child.contract

    def marked_one(self, value: Contract) -> int:
        return value.pk

    def told_one(self, value: Contract) -> str:
        return f"{value.region.code}: {value.registration_number or value.title}"

    def make(self, instance: Any, value: Contract) -> FollowUpContract:
        return FollowUpContract(follow_up=instance, contract=value, created_by=self.resource.actor)


class DeviationsColumn(Children):
    """What was found, against which requirement. Each becomes a finding, with its corrective action beside it."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Deviations"),
            accessor="findings",
            parse=deviations_of,
            clears=False,
            expected=gettext_lazy(
                "The number of the requirement, a colon and what was found; each on a line of its own."
            ),
            example="2: Två underleverantörer saknas i riskbedömningen",
            width=50,
            also=("avvikelser", "iakttagelser"),
        )
        self.requirements: dict[tuple[int, int], ProcessRequirement] = {}
        self.severities: dict[bool, Severity] = {}

    def prepare(self, rows: Iterable[Row]) -> None:
        if not self.requirements:
            found = ProcessRequirement.objects.filter(clause_version__adopted_at__isnull=False)
            self.requirements = {(each.clause_version_id, each.number): each for each in found}
            self.severities = {each.is_severe: each for each in Severity.objects.order_by("-order")}

    def resolve(self, row: Row) -> None:
        version = row.get("clause_version")
        for number, *_rest in row.get(self.key) or ():
            if version is not None and (version.pk, number) not in self.requirements:
                message = _("The clause version %(version)s has no requirement %(number)d.")
                row.refuse(self.key, message % {"version": version, "number": number}, number)

    def children(self) -> "QuerySet[Any]":
        found = Finding.objects.submitted().select_related("requirement", "severity")
        return found.order_by("created_at", "pk").prefetch_related("actions")

    def in_order(self, values: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(sorted(values, key=lambda value: (value[:4], str(value[4:]))))

    def value_of(self, child: Finding) -> Deviation:
        action = next(iter(child.actions.all()), None)
        told = " ".join(child.text.split())
        if action is None:
            return child.requirement.number, child.severe_type, told, "", None, None
        done = action.done_at.astimezone(clock.STOCKHOLM).date() if action.done_at else None
        return child.requirement.number, child.severe_type, told, action.description, action.due_on, done

    def told_one(self, value: Deviation) -> str:
        number, severe, text, *_action = value
        if not severe:
            return f"{number}: {text}"
        return f"{number} {word('allvarlig', 'severe')} ({SevereType(severe).label}): {text}"

    def told(self, value: Any) -> str:
        return "\n".join(map(self.told_one, value))

    def add(self, added: list[tuple[Any, Any]]) -> None:
        now, actor = clock.now(), self.resource.actor
        findings, actions = [], []
        for instance, (number, severe, text, action, due, done) in added:
            found = Finding(
                follow_up=instance,
                text=text,
                severity=self.severities[bool(severe)],
                severe_type=severe,
                requirement=self.requirements[instance.clause_version_id, number],
                state=FindingState.SUBMITTED,
                submitted_at=now,
                submitted_by=actor,
                created_by=actor,
            )
            findings.append(found)
            if action:
                actions.append(
                    CorrectiveAction(
                        finding=found,
                        description=action,
                        due_on=due,
                        state=ActionState.CLEARED if done else ActionState.ACCEPTED,
                        done_at=datetime.combine(done, time(12), tzinfo=clock.STOCKHOLM) if done else None,
                        done_by=actor if done else None,
                        created_by=actor,
                    )
                )
        Finding.objects.bulk_create(findings)
        CorrectiveAction.objects.bulk_create(actions)


class ActionsColumn(Column):
    """What was to be done about the deviations, by their place in the cell before."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Corrective actions"),
            parse=actions_of,
            clears=False,
            expected=gettext_lazy(
                "The place of the deviation, a colon, what was to be done, and its days in brackets."
            ),
            example="1: Kompletterade riskbedömningen (senast 2021-09-01, klar 2021-08-20)",
            width=50,
            also=("åtgärder",),
        )

    def bind(self, key: str, resource: Any) -> None:
        super().bind(key, resource)
        self.parse = actions_of

    def get_value(self, instance: Any) -> Any:
        return ()

    def export(self, instance: Any, **kwargs: Any) -> Any:
        deviations = self.resource.columns["deviations"]
        values = deviations.in_order(map(deviations.value_of, deviations.stored(instance)))
        told = []
        for place, (*_found, text, due, done) in enumerate(values, start=1):
            if text:
                days = [f"{word('senast', 'due')} {due}", *([f"{word('klar', 'done')} {done}"] if done else [])]
                told.append(f"{place}: {text} ({', '.join(days)})")
        return "\n".join(told) or None
