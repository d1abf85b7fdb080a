"""What every governing document shares: a line of versions with dates, adopted once and then locked, in two languages."""

from datetime import date
from typing import ClassVar, Self, TypeVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import DocumentState
from portal import clock
from portal.history.models import Record, Versioned, by_field, new_public_id
from regions.models import User
from regions.models.places import Dated, DatedQuerySet, one_at_a_time
from regions.permissions import has_role, is_staff

Version = TypeVar("Version", bound=models.Model, covariant=True)


class Bilingual(models.Model):
    """Texts in Swedish and English, stored as `<name>_sv` and `<name>_en`."""

    class Meta:
        abstract = True

    def told(self, name: str) -> str:
        """The text in the page's language; in Swedish where the English is still missing."""
        swedish: str = getattr(self, f"{name}_sv")
        english: str = getattr(self, f"{name}_en")
        return english if english and get_language() == "en" else swedish


class VersionQuerySet(DatedQuerySet[Version]):
    def visible_to(self, user: User) -> Self:
        """What is adopted, to anyone with a role; drafts to the secretariat."""
        if is_staff(user):
            return self
        return self.adopted() if has_role(user) else self.none()

    def adopted(self) -> Self:
        return self.filter(adopted_at__isnull=False)

    def drafts(self) -> Self:
        return self.filter(adopted_at__isnull=True)

    def in_force_on(self, day: date) -> Self:
        return self.adopted().valid_on(day)


class GoverningVersion(Record, Versioned, Dated):
    """A version of a governing document, in force from a day. Until it is adopted it is a draft; then it is locked."""

    name = models.CharField(_("version"), max_length=100)
    source = models.CharField(_("source"), max_length=300, blank=True)
    change_note = models.TextField(_("what is new"), blank=True)
    adopted_at = models.DateTimeField(_("adopted"), null=True, blank=True, editable=False)
    adopted_by = by_field(_("adopted by"), null=True)

    class Meta:
        abstract = True

    @property
    def is_locked(self) -> bool:
        """An adopted version never changes: the next one starts as its copy."""
        return self.adopted_at is not None

    @property
    def state(self) -> DocumentState:
        """What the version is today."""
        if self.adopted_at is None:
            return DocumentState.DRAFT
        today = clock.today()
        if self.valid_to is not None and self.valid_to < today:
            return DocumentState.REPLACED
        return DocumentState.COMING if self.valid_from > today else DocumentState.IN_FORCE

    def __str__(self) -> str:
        return self.name


class Enterable(Versioned):
    """A row of an adopted version whose empty texts (`enterable`) can still be entered, once each.

    `known_by`: what its copy in the draft of the line is recognised by.
    """

    enterable: ClassVar[tuple[str, ...]] = ()
    known_by: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    @property
    def missing(self) -> list[str]:
        """The names of the texts that can still be entered."""
        return [name for name in self.enterable if not getattr(self, name)]


class DocumentSection(Versioned, Bilingual):
    """A section of a version: a heading and a body in Markdown without HTML, in both languages."""

    public_id = models.CharField(max_length=12, unique=True, editable=False, default=new_public_id)
    number = models.PositiveSmallIntegerField(_("number"))
    heading_sv = models.CharField(_("heading in Swedish"), max_length=200, blank=True)
    heading_en = models.CharField(_("heading in English"), max_length=200, blank=True)
    body_sv = models.TextField(_("text in Swedish"), blank=True)
    body_en = models.TextField(_("text in English"), blank=True)

    class Meta:
        abstract = True

    @property
    def heading(self) -> str:
        return self.told("heading")

    @property
    def body(self) -> str:
        return self.told("body")

    def __str__(self) -> str:
        return f"{self.number} {self.heading}"


def adopted_one_at_a_time(name: str, *fields: str) -> ExclusionConstraint:
    """On any one day at most one adopted version of a line (what `fields` say) is in force; drafts don't count."""
    return one_at_a_time(
        name,
        *fields,
        message=_("Another version is in force on some of these days already."),
        condition=Q(adopted_at__isnull=False),
    )


def one_draft(name: str, *fields: str) -> models.UniqueConstraint:
    """Of a line (what `fields` say, or the only one) there is at most one draft: everyone works in the same."""
    return models.UniqueConstraint(
        fields=fields or ["adopted_at"],
        name=name,
        condition=Q(adopted_at__isnull=True),
        nulls_distinct=None if fields else False,
        violation_error_message=_("There is already a draft of the next version."),
    )


def locked_with(
    name: str, column: str, table: str, condition: str = "adopted_at IS NOT NULL", enterable: tuple[str, ...] = ()
) -> pgtrigger.Trigger:
    """Rows whose parent (`table` by `column`) is adopted can't be added, changed or taken away, by any path.

    But a text among `enterable` that is empty can still be entered.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""{_entering(enterable)}
            IF TG_OP <> 'INSERT' AND EXISTS (SELECT 1 FROM {table} WHERE id = OLD.{column} AND {condition})
               OR TG_OP <> 'DELETE' AND EXISTS (SELECT 1 FROM {table} WHERE id = NEW.{column} AND {condition})
            THEN
                RAISE EXCEPTION 'What is adopted is locked: a new version starts as its copy';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,  # noqa: S608 - names of our own tables
    )


def _entering(enterable: tuple[str, ...]) -> str:
    """The condition that lets an update pass which only fills what was empty."""
    if not enterable:
        return ""
    beside = ", ".join(f"'{column}'" for column in ("version", *enterable))
    filled = " AND ".join(f"(NEW.{column} = OLD.{column} OR OLD.{column} = '')" for column in enterable)
    return f"""
            IF TG_OP = 'UPDATE' THEN
                IF to_jsonb(NEW) - ARRAY[{beside}] = to_jsonb(OLD) - ARRAY[{beside}] AND {filled} THEN
                    RETURN NEW;
                END IF;
            END IF;"""


def fixed_when_adopted(name: str, *columns: str) -> pgtrigger.Trigger:
    """An adopted version keeps what it says; only its last day may still be set, when the next one replaces it."""
    kept = ["name", "source", "change_note", "valid_from", "adopted_at", "adopted_by_id", *columns]
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in kept)
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF OLD.adopted_at IS NULL THEN
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            END IF;
            IF TG_OP = 'DELETE' OR {changed} THEN
                RAISE EXCEPTION 'What is adopted is locked: a new version starts as its copy';
            END IF;
            RETURN NEW;
        """,
    )
