"""Follow-ups from before the portal as a file: each becomes one that has ended, with what its records tell."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any, ClassVar
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.resources import finding
from codeofconduct.resources.suppliers import OfSuppliers, SupplierColumn
from followups.actions.past import match_waiting
from followups.enums.follow_ups import Colour, State
from followups.enums.reuse import Method
from followups.models import FollowUp, PastFollowUp, StateChange
from followups.permissions import can_bring_past
from followups.resources.past_columns import ActionsColumn, ContractsColumn, DeviationsColumn, names_of, with_actions
from portal import clock
from portal.exchange.engine.columns import Choice, Column, PublicId, Relation, YesNo
from portal.exchange.engine.identity import BY_PUBLIC_ID, Identity
from portal.exchange.engine.rows import Row
from portal.exchange.reading.values import day_of, number_text_of, text_of
from portal.exchange.registry import ExchangeKind
from regions.enums import SharingTier
from regions.models import User

A_DATE = gettext_lazy("A date, for example 2021-05-31.")
OUTCOMES = [(State.CLOSED.value, State.CLOSED.label), (State.ESCALATED.value, State.ESCALATED.label)]


class OfPast(Column):
    """A fact of the import, which stands beside the follow-up."""

    def bind(self, key: str, resource: Any) -> None:
        parse = self.parse
        super().bind(key, resource)
        self.parse, self.model_field = parse, None
        self.past_field: models.Field[Any, Any] = PastFollowUp._meta.get_field(self.attribute)  # type: ignore[assignment]
        self.empty = None if self.past_field.null else self.past_field.get_default()
        self.clears = self.clears and (self.past_field.blank or self.required)

    @property
    def is_text(self) -> bool:
        return not isinstance(self.past_field, models.DateField)

    def get_value(self, instance: Any) -> Any:
        told = instance.__dict__.get("told", {})
        if self.attribute in told:
            return told[self.attribute]
        past = getattr(instance, "past", None)
        return getattr(past, self.attribute) if past is not None else self.empty

    def save(self, instance: Any, row: Row, is_m2m: bool = False, **kwargs: Any) -> None:
        instance.__dict__.setdefault("told", {})[self.attribute] = row[self.key]


class PastChoice(OfPast, Choice):
    """One of some words, stored beside the follow-up."""

    def bind(self, key: str, resource: Any) -> None:
        super().bind(key, resource)
        self.parse = self._parse


class NamesColumn(OfPast):
    """The names of its documents."""

    def marked(self, value: Any) -> Any:
        return tuple(value or ())

    def told(self, value: Any) -> str:
        return "; ".join(value or ())

    def exported(self, value: Any) -> Any:
        return self.told(value) or None


class SharedColumn(YesNo):
    """Whether all regions may read it; the sharing is decided by whoever imports."""

    def get_value(self, instance: Any) -> bool:
        return bool(instance.sharing_tier != SharingTier.CONCERNED)

    def save(self, instance: Any, row: Row, is_m2m: bool = False, **kwargs: Any) -> None:
        if bool(row[self.key]) != self.get_value(instance):
            instance.sharing_tier = SharingTier.REGIONS if row[self.key] else SharingTier.CONCERNED
            instance.__dict__["shared_anew"] = True


class PastResource(OfSuppliers):
    """Past follow-ups, known again by their key."""

    id = PublicId()
    key = OfPast(
        gettext_lazy("Key"),
        parse=number_text_of,
        required=True,
        expected=gettext_lazy("What tells it from all others: a registration number, or a number of your own."),
        example="HU 2021-014",
        also=("nyckel", "löpnummer", "ärendenummer"),
    )
    supplier = SupplierColumn(width=16)
    supplier_name = Column(gettext_lazy("Supplier's name"), attribute="supplier__name", told_only=True, width=30)
    category = Relation(
        gettext_lazy("Purchase category"),
        finding.categories,
        required=True,
        expected=gettext_lazy("Its name or code."),
        example="Kirurgiska instrument",
        width=28,
        also=("inköpskategori", "kategori"),
    )
    lead_region = Relation(
        gettext_lazy("Lead region"),
        finding.regions,
        parse=number_text_of,
        required=True,
        expected=gettext_lazy("The region's name, county code or organisation number."),
        example="Region Jämtland Härjedalen",
        width=26,
    )
    clause_version = Relation(
        gettext_lazy("Contract clause, version"),
        finding.clause_versions,
        parse=number_text_of,
        required=True,
        expected=gettext_lazy("The version that it was followed up against."),
        example="2019",
        width=12,
        also=("kontraktsvillkor", "villkor", "villkorsversion"),
    )
    contracts = ContractsColumn()
    kind = PastChoice(
        gettext_lazy("Kind of follow-up"),
        Method.choices,
        required=True,
        example="kontorsrevision",
        also=("typ", "slag", "metod"),
    )
    carried_out_on = OfPast(
        gettext_lazy("Carried out on"),
        parse=day_of,
        required=True,
        expected=A_DATE,
        example="2021-05-31",
        width=12,
        also=("genomförd", "revisionsdatum", "datum"),
    )
    closed_on = OfPast(
        gettext_lazy("Closed on"), parse=day_of, expected=A_DATE, example="2021-11-15", width=12, also=("avslutad",)
    )
    outcome = Choice(
        gettext_lazy("How it ended"),
        OUTCOMES,
        attribute="state",
        expected=gettext_lazy("Closed unless told."),
        example="avslutad",
        also=("utfall",),
    )
    light = PastChoice(
        gettext_lazy("Light"),
        Colour.choices,
        expected=gettext_lazy("As it was told then. Needed where no deviations are told."),
        example="grön",
        width=10,
        also=("trafikljus", "ljus"),
    )
    deviations = DeviationsColumn()
    actions = ActionsColumn()
    report_names = NamesColumn(
        gettext_lazy("File names of its documents"),
        parse=names_of,
        expected=gettext_lazy("As they are called in the zip file, divided by semicolons."),
        example="Rapport Norrmed 2021.pdf",
        width=30,
        also=("rapport", "rapportfil", "filnamn"),
    )
    is_shared = SharedColumn(
        gettext_lazy("Shared with all regions"),
        expected=gettext_lazy("Yes or no. What is shared can be reused by every region."),
        example="ja",
        also=("delas", "delad"),
    )
    note = OfPast(gettext_lazy("Note"), parse=text_of, width=30, also=("anteckning", "kommentar"))

    identities: ClassVar[tuple[Identity, ...]] = (
        BY_PUBLIC_ID,
        Identity("key", finds=lambda rows, keys: _find_keys(rows, keys), keys=lambda row: _keys(row)),
    )
    select = ("supplier", "past")
    shared = ("category", "lead_region", "clause_version")

    class Meta:
        model = FollowUp

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.found_documents = 0

    def rows(self) -> "QuerySet[Any]":
        return super().rows().filter(past__isnull=False)

    def arrange(self, row: Row) -> None:
        """The actions belong to the deviations, which they name by their place in the cell."""
        with_actions(row)

    def started(self, row: Row) -> dict[str, Any]:
        return {"state": State.CLOSED, "submission": uuid4()}

    def check(self, instance: FollowUp, row: Row, *, is_new: bool) -> None:
        changed = {column.key: old for column, old, _new in self.differences}
        if not is_new:
            self._check_kept(instance, row, changed)
        told = {
            column.key: column.get_value(instance) for column in self.columns.values() if isinstance(column, OfPast)
        }
        for column, _old, new in self.differences:
            if isinstance(column, OfPast) and new not in (None, "", []):
                try:
                    column.past_field.clean(new, None)
                except ValidationError as error:
                    row.refuse(column.key, " ".join(error.messages), new)
        today = clock.today()
        for key in ("carried_out_on", "closed_on"):
            if told[key] and told[key] > today:
                row.refuse(key, _("The day is in the future. Past follow-ups have been carried out."), told[key])
        if told["closed_on"] and told["carried_out_on"] and told["closed_on"] < told["carried_out_on"]:
            row.refuse("closed_on", _("It can't be closed before it was carried out."), told["closed_on"])
        if not told["light"] and not self.columns["deviations"].get_value(instance):
            row.refuse("light", _("Write the light, or the deviations: without either nobody knows what was found."))

    def _check_kept(self, instance: FollowUp, row: Row, changed: dict[str, Any]) -> None:
        for key in ("supplier", "clause_version"):
            if key in changed:
                row.refuse(key, _("A follow-up that has come in keeps its supplier and its clause version."))
        if "outcome" in changed:
            row.refuse("outcome", _("How a follow-up that has come in ended is changed on its page."))
        if changed.get("deviations"):
            row.refuse("deviations", _("Deviations that have come in are changed on the page of the follow-up."))
        present = {contract.pk for contract in changed.get("contracts", ())}
        if present - {contract.pk for contract in self.columns["contracts"].get_value(instance)}:
            row.refuse("contracts", _("A contract that takes part is not taken away by a file. Name it too."))

    def bulk_create(self, *args: Any, **kwargs: Any) -> None:
        self._decide_sharing(self.create_instances)
        super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> None:
        if self._decide_sharing(self.update_instances):
            self.changed_attributes |= {"sharing_tier", "shared_at", "shared_by"}
        super().bulk_update(*args, **kwargs)

    def _decide_sharing(self, instances: Sequence[Any]) -> bool:
        anew = [each for each in instances if each.__dict__.get("shared_anew")]
        for each in anew:
            each.shared_at, each.shared_by = clock.now(), self.actor
        return bool(anew)

    def written(self, created: Sequence[Any], changed: Sequence[Any]) -> None:
        """What the records tell, the trail of what happened then, and the documents that have been waiting for it."""
        past = [PastFollowUp(follow_up=each, created_by=self.actor, **each.__dict__["told"]) for each in created]
        PastFollowUp.objects.bulk_create(past)
        told = [each for each in changed if each.__dict__.get("told")]
        for each in told:
            for name, value in each.__dict__["told"].items():
                setattr(each.past, name, value)
            each.past.save(update_fields=list(each.__dict__["told"]))
        StateChange.objects.bulk_create(step for each in past for step in self._trail(each))
        if self.by is not None:
            self.found_documents += match_waiting(by=self.by, past=[*past, *(each.past for each in told)])

    def _trail(self, past: PastFollowUp) -> list[StateChange]:
        """It was carried out on its day and ended on its other: the days are those of the records, and it says so."""
        reached = State.ANSWERED if past.kind == Method.SELF_ASSESSMENT else State.AUDITED
        reason = _("Brought in from earlier records (%(key)s) on %(day)s.") % {"key": past.key, "day": clock.today()}
        facts = {"follow_up": past.follow_up, "reason": reason, "created_by": self.actor}
        done, ended = moment_of(past.carried_out_on), moment_of(past.closed_on or past.carried_out_on, hour=13)
        return [
            StateChange(source=State.PLANNED, target=reached, created_at=done, **facts),
            StateChange(source=reached, target=past.follow_up.state, created_at=ended, **facts),
        ]

    def remarks(self) -> list[str]:
        if not self.found_documents:
            return []
        return [
            _("Documents that had been waiting and found their follow-up: %(count)d.") % {"count": self.found_documents}
        ]


def moment_of(day: Any, hour: int = 12) -> datetime:
    """A moment of a day of which nobody knows the hour."""
    return datetime.combine(day, time(hour), tzinfo=clock.STOCKHOLM)


def _keys(row: Row) -> list[tuple[str]]:
    return [(row["key"].casefold(),)] if row.get("key") else []


def _find_keys(rows: Any, keys: Any) -> Any:
    found = rows.annotate(folded_key=Lower("past__key")).filter(folded_key__any_of=[key[0] for key in keys])
    return [((key,), pk) for key, pk in found.order_by().values_list("folded_key", "pk") if (key,) in keys]


def past_follow_ups(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """All of them that `by` may see, the latest first; all for the system."""
    found = FollowUp.objects.visible_to(by) if isinstance(by, User) else FollowUp.objects.all()
    return found.filter(past__isnull=False).order_by("-past__carried_out_on", "-pk")


PAST_FOLLOW_UPS = ExchangeKind(
    "past-follow-ups",
    gettext_lazy("Past follow-ups"),
    PastResource,
    past_follow_ups,
    "followups:past-list",
    may_import=can_bring_past,
    may_export=can_bring_past,
    note=gettext_lazy(
        "A past follow-up is known again by its key. Suppliers and contracts must be in the register first. Each becomes "
        "a follow-up that has ended, marked as brought in."
    ),
    order=90,
    command="followups",
)
