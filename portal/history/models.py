"""Who did it, and what every record carries: a public id, when and by whom it was made."""

import secrets
from typing import TYPE_CHECKING, TypeAlias

import pghistory
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal import clock

if TYPE_CHECKING:
    # The stubs' name for the model that AUTH_USER_MODEL names: this room doesn't know which one it is.
    from django.contrib.auth.models import _User
    from django.utils.functional import _StrOrPromise

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
# One random number for all signs: imports make ids by the thousand.
_HOW_MANY_IDS = len(ALPHABET) ** 12


def new_public_id() -> str:
    """Twelve characters that no one mistakes for each other; 31¹² is far more than can be guessed."""
    number, signs = secrets.randbelow(_HOW_MANY_IDS), []
    for _position in range(12):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "".join(signs)


class ActorKind(models.TextChoices):
    USER = "user", _("User")
    LINK = "link", _("Access link")
    SYSTEM = "system", _("System")


@pghistory.track()
class Actor(models.Model):
    """Who acted: a user, the holder of an access link, or the system. Every `…_by` points here."""

    kind = models.CharField(_("kind"), max_length=6, choices=ActorKind)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="actor"
    )
    link = models.CharField(_("access link"), max_length=12, blank=True)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="actor_is_one_kind",
                condition=Q(kind="user", user__isnull=False, link="")
                | (Q(kind="link", user__isnull=True) & ~Q(link=""))
                | Q(kind="system", user__isnull=True, link=""),
            ),
            models.UniqueConstraint(fields=["link"], name="actor_unique_link", condition=~Q(link="")),
            models.UniqueConstraint(fields=["name"], name="actor_unique_system", condition=Q(kind="system")),
        ]

    def __str__(self) -> str:
        return self.name


class SystemActor:
    """`by=` of what no person does: a schedule, an import of reference data. Named for the history."""

    def __init__(self, name: str):
        self.name = name


class LinkActor:
    """`by=` of one who came by an access link. `link` is the link's public id, `name` the person it was sent to."""

    def __init__(self, link: str, name: str):
        self.link, self.name = link, name


By: TypeAlias = "_User | SystemActor | LinkActor"


def actor_of(by: By) -> Actor:
    """The row to store in a `…_by` field; made at the first act. Raises PermissionDenied for the anonymous."""
    if isinstance(by, SystemActor):
        return Actor.objects.get_or_create(kind=ActorKind.SYSTEM, name=by.name)[0]
    if isinstance(by, LinkActor):
        return Actor.objects.get_or_create(link=by.link, defaults={"kind": ActorKind.LINK, "name": by.name})[0]
    if not getattr(by, "is_authenticated", False):
        raise PermissionDenied
    return Actor.objects.get_or_create(user=by, defaults={"kind": ActorKind.USER, "name": str(by)})[0]


def by_field(verb: "_StrOrPromise", *, null: bool = False) -> models.ForeignKey:
    """The field that says who: `closed_by = by_field(_("closed by"), null=True)`."""
    return models.ForeignKey(
        Actor, verbose_name=verb, on_delete=models.PROTECT, null=null, blank=null, related_name="+"
    )


def pair_constraint(name: str, verb: str) -> models.CheckConstraint:
    """`verb_at` and `verb_by` are both set or both empty."""
    at, by = f"{verb}_at__isnull", f"{verb}_by__isnull"
    return models.CheckConstraint(name=name, condition=Q(**{at: True, by: True}) | Q(**{at: False, by: False}))


class Record(models.Model):
    """The base of domain rows: a public id for addresses, and when and by whom it was registered."""

    public_id = models.CharField(max_length=12, unique=True, editable=False, default=new_public_id)
    created_at = models.DateTimeField(_("registered"), editable=False, default=clock.now)
    created_by = by_field(_("registered by"))

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A row that several people edit. A form carries the version it showed; a lost race is a 409, not a lost text."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True
