"""Users, and the dated memberships that say what each of them may be."""

from dataclasses import dataclass

import pghistory
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.history.models import Record, new_public_id
from regions.enums import GROUP_ROLES, NATIONAL_ROLES, REGION_ROLES, Role
from regions.models.places import Dated, DatedQuerySet, GroupMembership, PurchasingGroup, Region, dates_in_order


@dataclass(frozen=True)
class Access:
    """What a user is today: roles, own regions, own groups and those groups' regions (ids), and the memberships themselves."""

    roles: frozenset[str] = frozenset()
    regions: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    group_regions: frozenset[int] = frozenset()
    memberships: "tuple[Membership, ...]" = ()


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A user with an Argon2 password, or none that works. The address is stored in lower case."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """A person who logs in with an e-mail address. What they may be stands in their memberships."""

    public_id = models.CharField(max_length=12, unique=True, editable=False, default=new_public_id)
    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("There is already an account with this e-mail address.")},
    )
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="sv")
    is_active = models.BooleanField(_("active"), default=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("user")
        constraints = [
            # Stored in lower case, so that an address is one account however it is typed.
            models.CheckConstraint(name="user_email_lower_case", condition=Q(email=Lower("email"))),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def access(self) -> Access:
        """Today's memberships, read once per user object, so once per request. The inactive have none."""
        if not self.is_active:
            return Access()
        today = clock.today()
        memberships = tuple(self.memberships.valid_on(today).select_related("region", "group").order_by("pk"))
        groups = frozenset(m.group_id for m in memberships if m.group_id is not None)
        of_groups = GroupMembership.objects.valid_on(today).filter(group__in=groups)
        return Access(
            roles=frozenset(m.role for m in memberships),
            regions=frozenset(m.region_id for m in memberships if m.region_id is not None),
            groups=groups,
            group_regions=frozenset(of_groups.values_list("region", flat=True)) if groups else frozenset(),
            memberships=memberships,
        )


@pghistory.track()
class Membership(Record, Dated):
    """A role of a user, by date: national, in a region, or for a purchasing group."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    group = models.ForeignKey(
        PurchasingGroup, verbose_name=_("procurement region"), on_delete=models.PROTECT, null=True, blank=True
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        constraints = [
            models.CheckConstraint(
                name="membership_scope_fits_role",
                condition=Q(role__in=NATIONAL_ROLES, region__isnull=True, group__isnull=True)
                | Q(role__in=REGION_ROLES, region__isnull=False, group__isnull=True)
                | Q(role__in=GROUP_ROLES, region__isnull=True, group__isnull=False),
                violation_error_message=_("A regional role needs a region, an area coordinator a procurement region."),
            ),
            dates_in_order("membership_dates"),
        ]

    def __str__(self) -> str:
        scope = self.region or self.group
        return f"{self.get_role_display()} · {scope}" if scope else str(self.get_role_display())
