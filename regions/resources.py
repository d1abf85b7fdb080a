"""Users with their roles as files: for administrators."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock
from portal.exchange.engine.children import Children
from portal.exchange.engine.columns import Choice, Column, PublicId, YesNo
from portal.exchange.engine.finders import Finder, Listed, NotFound
from portal.exchange.engine.identity import BY_PUBLIC_ID, Identity
from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.engine.rows import Row
from portal.history.models import new_public_id
from regions.enums import GROUP_ROLES, REGION_ROLES, Role
from regions.models import Membership, PurchasingGroup, Region, User

# Role, region (pk) and procurement region (pk) of a membership.
Held = tuple[str, int, int]


def region_names(region: Region) -> list[str]:
    """All that people write for a region: with or without "Region", its code, its organisation number."""
    bare = region.name.removeprefix("Region ")
    code = str(int(region.code)) if region.code.isdecimal() else region.code
    return [
        region.name,
        bare,
        region.code,
        code,
        region.organisation_number,
        region.organisation_number.replace("-", ""),
    ]


class Memberships(Children):
    """What the user may be from today on: "Regionanvändare: Region Stockholm; Områdessamordnare: A"."""

    def __init__(self, heading: Any, **kwargs: Any) -> None:
        super().__init__(heading, accessor="memberships", clears=False, **kwargs)
        self.roles = Choice(heading, Role.choices)

    def bind(self, key: str, resource: ExchangeResource) -> None:
        super().bind(key, resource)
        self.regions: Finder = Listed(Region.objects.all, region_names)
        self.groups: Finder = Listed(PurchasingGroup.objects.all, lambda group: [group.letter, str(group)])

    def prepare(self, rows: Iterable[Row]) -> None:
        self.regions.prepare({"all"})
        self.groups.prepare({"all"})

    def resolve(self, row: Row) -> None:
        """Each part into what it says; a part that can't be is a fault of the cell."""
        found: list[Held] = []
        for text in row.get(self.key) or ():
            try:
                found.append(self._held(text))
            except (NotFound, ValueError) as problem:
                row.refuse(self.key, problem, text)
                row.pop(self.key, None)
                return
        if self.key in row:
            row[self.key] = tuple(dict.fromkeys(found))

    def _held(self, text: str) -> Held:
        word, _colon, scope = (part.strip() for part in text.partition(":"))
        role = self.roles.words.get(" ".join(word.split()).casefold())
        if role is None:
            words = ", ".join(str(label) for label in Role.labels)
            raise NotFound(
                _("Write a role and where it holds, for example “Regionanvändare: Region Skåne”. Roles: %(words)s.")
                % {"words": words}
            )
        if role in REGION_ROLES:
            return role, self.regions.find(scope).pk, 0
        if role in GROUP_ROLES:
            return role, 0, self.groups.find(scope).pk
        if scope:
            raise NotFound(_("This role holds everywhere. Write it alone."))
        return role, 0, 0

    def children(self) -> "QuerySet[Membership]":
        return Membership.objects.valid_on(clock.today())

    def value_of(self, child: Membership) -> Held:
        return child.role, child.region_id or 0, child.group_id or 0

    def make(self, instance: Any, value: Held) -> Membership:
        role, region, group = value
        return Membership(
            user=instance,
            role=role,
            region_id=region or None,
            group_id=group or None,
            valid_from=clock.today(),
            created_by=self.resource.actor,
        )

    def told_one(self, value: Held) -> str:
        role, region, group = value
        self.prepare(())
        names = {row.pk: row.name for rows in self.regions.found.values() for row in rows}
        letters = {row.pk: row.letter for rows in self.groups.found.values() for row in rows}
        scope = names.get(region) or letters.get(group) or ""
        return f"{self.roles.told(role)}: {scope}" if scope else self.roles.told(role)

    def replace(self, added: list[tuple[Any, Any]], gone: list[int]) -> None:
        """What ends, ends yesterday; what began only today never held."""
        today = clock.today()
        ended = Membership.objects.filter(pk__in=gone)
        ended.filter(valid_from__gte=today).delete()
        ended.update(valid_to=today - timedelta(days=1))
        Membership.objects.bulk_create([self.make(*pair) for pair in added])


class UserResource(ExchangeResource):
    """The people who log in. A new one gets no password and no mail: they set one by "Forgotten your password?"."""

    id = PublicId()
    email = Column(
        gettext_lazy("E-mail address"),
        required=True,
        example="anna.exempel@regionjh.example",
        width=34,
        also=("e-post", "e-postadress", "email"),
    )
    name = Column(gettext_lazy("Name"), required=True, example="Anna Exempel", width=26, also=("namn",))
    roles = Memberships(
        gettext_lazy("Roles"),
        expected=gettext_lazy(
            "Role and region or procurement region, divided by semicolons. An empty cell leaves them as they are."
        ),
        example="Regionanvändare: Region Jämtland Härjedalen",
        width=44,
        also=("roll", "role", "behörighet"),
    )
    language = Choice(gettext_lazy("Language"), settings.LANGUAGES, clears=False, width=12)
    is_active = YesNo(
        gettext_lazy("Active"), expected=gettext_lazy("Yes or no: who isn't active can't log in."), example="ja"
    )

    identities = (BY_PUBLIC_ID, Identity("email", folded=True))

    class Meta:
        model = User

    def arrange(self, row: Row) -> None:
        """Addresses are stored in lower case."""
        if isinstance(row.get("email"), str):
            row["email"] = row["email"].lower()

    def started(self, row: Row) -> dict[str, Any]:
        return {"password": make_password(None), "public_id": new_public_id()}

    def check(self, instance: User, row: Row, *, is_new: bool) -> None:
        own = isinstance(self.by, User) and instance.pk == self.by.pk
        if own and {column.key for column, _old, _new in self.differences} & {"roles", "is_active"}:
            row.refuse("roles", _("You can't change your own roles. Ask another administrator."))


def users_listed(by: Any, query: QueryDict) -> "QuerySet[User]":
    """All users, in the order of their names."""
    return User.objects.order_by("name", "pk")
