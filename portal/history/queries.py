"""Who changed what when: the history of rows as the triggers wrote it (`pghistory`), told field by field."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery

from portal.history.models import Actor, ActorKind

PAGE_SIZE = 20
# What every row carries, and what says the same as the line it would stand in.
_SILENT = frozenset({"id", "public_id", "version", "created_at", "created_by"})

Model: TypeAlias = models.Model


@dataclass(frozen=True)
class Ever:
    """Rows that had these values at some time, those that were taken away too: `Ever(Contact, company=company)`."""

    model: type[Model]
    values: dict[str, Any]

    def __init__(self, model: type[Model], **values: Any) -> None:
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "values", values)


Source: TypeAlias = "Model | QuerySet[Any] | Ever"


@dataclass(frozen=True)
class FieldChange:
    """A field and what stood in it before and after: text, number, day, moment, True or False, None.

    `name` is what the model calls it, `label` what people do.
    """

    name: str
    label: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """One row was put in (`insert`), changed (`update`) or taken away (`delete`) at a moment.

    `kind` is what the model is called, `name` what the row was called then. `who` is empty where the system acted.
    """

    at: datetime
    label: str
    kind: str
    name: str
    who: str = ""
    fields: list[FieldChange] = field(default_factory=list)


@dataclass(frozen=True)
class Changes:
    """A page of changes, the latest first. `older`: the cursor of the next page, "" at the end."""

    rows: list[Change]
    older: str = ""


def changes_of(
    *sources: Source, without: Collection[str] = (), size: int = PAGE_SIZE, before: str = "", by_name: bool = True
) -> Changes:
    """What happened to the rows, the latest first.

    `sources`: rows, querysets of rows (apply `visible_to` first), or `Ever` for rows that may be gone. `without`: fields
    ("email", or "contact.email" for those of one model) that this reader may not see; a change of them alone is not
    told. `before`: the cursor `older` of the page before; any other text is the first page. Not `by_name`: who is
    only said to be a user, an access link or the system. The number of queries grows with the number of models, not of rows.
    """
    position = _position(before)
    found: list[Any] = []
    for model, keys in _by_model(sources).items():
        events = _events(model).filter(pgh_obj_id__in=keys).order_by("-pgh_created_at", "-pgh_id")
        if position:
            events = events.filter(_earlier(model, position))
        found += list(events[: size + 1])
    found.sort(key=_order, reverse=True)
    shown = found[:size]
    teller = _Teller(shown, frozenset(without), by_name=by_name)
    return Changes(rows=list(teller.told()), older=_cursor(shown[-1]) if len(found) > size else "")


def _by_model(sources: Iterable[Source]) -> dict[type[Model], list[Any]]:
    """Per model the keys of the rows, as lists or subqueries joined into one list of conditions."""
    keys: dict[type[Model], list[Any]] = {}
    for source in sources:
        if isinstance(source, Ever):
            ever = _events(source.model).filter(**source.values).values_list("pgh_obj_id", flat=True)
            keys.setdefault(source.model, []).extend(ever.distinct())
        elif isinstance(source, QuerySet):
            keys.setdefault(source.model, []).extend(source.order_by().values_list("pk", flat=True))
        else:
            keys.setdefault(type(source), []).append(source.pk)
    return keys


def _events(model: type[Model]) -> "QuerySet[Any]":
    events: QuerySet[Any] = model.pgh_event_model._default_manager.all()  # type: ignore[attr-defined]  # the tracker's
    return events


def _order(event: Any) -> tuple[datetime, str, int]:
    return event.pgh_created_at, event.pgh_tracked_model._meta.label, event.pgh_id


def _cursor(event: Any) -> str:
    at, label, key = _order(event)
    return f"{at.isoformat()}~{label}~{key}"


def _position(cursor: str) -> tuple[datetime, str, int] | None:
    at, _tilde, rest = cursor.partition("~")
    label, _tilde, key = rest.partition("~")
    try:
        moment, number = datetime.fromisoformat(at), int(key)
    except ValueError:
        return None
    return (moment, label, number) if moment.tzinfo and 0 <= number < 2**63 else None


def _earlier(model: type[Model], position: tuple[datetime, str, int]) -> Q:
    at, label, key = position
    earlier = Q(pgh_created_at__lt=at)
    if model._meta.label < label:
        return earlier | Q(pgh_created_at=at)
    return earlier | Q(pgh_created_at=at, pgh_id__lt=key) if model._meta.label == label else earlier


class _Teller:
    """Turns events into changes: finds what stood before, the rows that keys point at, and who it was."""

    def __init__(self, events: list[Any], without: frozenset[str], *, by_name: bool) -> None:
        self.events, self.without, self.by_name = events, without, by_name
        self.previous = _previous(events)
        self.named = _named([*events, *self.previous.values()])
        self.actors = _actors(events)

    def told(self) -> Iterator[Change]:
        for event in self.events:
            model = event.pgh_tracked_model
            fields = list(self._fields(event)) if event.pgh_label == "update" else []
            if event.pgh_label == "update" and not fields:
                continue
            yield Change(
                at=event.pgh_created_at,
                label=event.pgh_label,
                kind=str(model._meta.verbose_name),
                name=str(self._row(event)),
                who=self._who(event),
                fields=fields,
            )

    def _fields(self, event: Any) -> Iterator[FieldChange]:
        previous = self.previous.get((type(event), event.pgh_id))
        for each in _tellable(event.pgh_tracked_model):
            before = getattr(previous, each.attname, None)
            after = getattr(event, each.attname)
            hidden = {each.name, f"{each.model._meta.model_name}.{each.name}"} & self.without
            if before != after and not hidden:
                shown = (self._shown(each, value) for value in (before, after))
                yield FieldChange(each.name, str(each.verbose_name), *shown)

    def _shown(self, each: Any, value: Any) -> Any:
        if value is None or value == "":
            return None
        if each.is_relation:
            return str(self.named[each.related_model].get(value, value))
        return str(dict(each.flatchoices).get(value, value)) if each.flatchoices else value

    def _row(self, event: Any) -> Model:
        """The row as it was, to be asked for its name: never saved."""
        model = event.pgh_tracked_model
        held = {each.attname: getattr(event, each.attname) for each in _tellable(model)}
        row: Model = model(**held)
        for each in _relations(model):
            if related := self.named[each.related_model].get(getattr(event, each.attname)):
                setattr(row, each.name, related)
        return row

    def _who(self, event: Any) -> str:
        context = event.pgh_context or {}
        actor = self.actors.get(context.get("user"))
        if actor is None and event.pgh_label == "insert":
            actor = self.actors.get(getattr(event, "created_by_id", None))
        if actor is None or actor.kind == ActorKind.SYSTEM:
            return ""
        return str(actor) if self.by_name else actor.get_kind_display()


def _previous(events: list[Any]) -> dict[tuple[type[Model], int], Any]:
    """What stood in each changed row before, by the model and key of the event that changed it."""
    changed: dict[type[Model], list[int]] = {}
    for event in events:
        if event.pgh_label == "update":
            changed.setdefault(type(event), []).append(event.pgh_id)
    found: dict[tuple[type[Model], int], Any] = {}
    for model, keys in changed.items():
        earlier = model._default_manager.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
        latest = Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1])
        pairs = dict(model._default_manager.filter(pgh_id__in=keys).annotate(was=latest).values_list("pgh_id", "was"))
        rows = model._default_manager.in_bulk({key for key in pairs.values() if key})
        found.update(((model, key), rows[was]) for key, was in pairs.items() if was in rows)
    return found


def _tellable(model: type[Model]) -> Iterator[Any]:
    """The fields that the history holds, but those that every row carries and who did what: that is told anyway."""
    held = {each.name for each in _events(model).model._meta.concrete_fields}
    for each in model._meta.concrete_fields:
        if each.name in held - _SILENT and each.related_model is not Actor:
            yield each


def _relations(model: type[Model]) -> list[Any]:
    return [each for each in _tellable(model) if each.is_relation]


def _named(events: list[Any]) -> dict[type[Model], dict[Any, Model]]:
    """The rows that the events' keys point at, with what those point at in turn: a name may be made of both."""
    keys: dict[type[Model], set[Any]] = {}
    for event in events:
        for each in _relations(event.pgh_tracked_model):
            keys.setdefault(each.related_model, set()).add(getattr(event, each.attname))
    found: dict[type[Model], dict[Any, Model]] = {}
    for model, wanted in keys.items():
        further = (
            [each.name for each in _relations(model) if not each.null] if hasattr(model, "pgh_event_model") else []
        )
        rows = model._base_manager.select_related(*further) if further else model._base_manager.all()
        found[model] = rows.in_bulk(wanted - {None}) if wanted - {None} else {}
    return found


def _actors(events: list[Any]) -> dict[Any, Actor]:
    """Who acted: by the public id of the user that the context names, and by the key that stands in the row."""
    users = {(event.pgh_context or {}).get("user") for event in events} - {None}
    keys = {getattr(event, "created_by_id", None) for event in events if event.pgh_label == "insert"} - {None}
    found: dict[Any, Actor] = {}
    for actor in Actor.objects.filter(Q(user__public_id__in=users) | Q(pk__in=keys)).select_related("user"):
        found[actor.pk] = actor
        if actor.user is not None:
            found[actor.user.public_id] = actor
    for user in get_user_model()._default_manager.filter(public_id__in=users - set(found)):
        found[user.public_id] = Actor(kind=ActorKind.USER, name=str(user))
    return found
