"""What every row of the money shares: who sees it, ranges, and the guard of a closed year."""

from typing import Self, TypeVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regions.enums import Role
from regions.models import User
from regions.permissions import access_of, has_role, is_staff

FIRST_YEAR, LAST_YEAR = 2010, 2100  # the cooperation began in 2010
# Five times the memo's 1,00 kr. What is more, such as 1 000 öre, is a slip between öre and kronor.
HIGHEST_ORE = 500
HIGHEST_POPULATION = 20_000_000


def regions_opened_to(user: User) -> frozenset[int] | None:
    """Of which regions (ids) the user reads what is each region's own: what it gets for its money, and its documents.

    None: of all, for staff and for readers, politicians among them; of their own regions and of those of their groups for
    those who work there.
    """
    access = access_of(user)
    if is_staff(user) or Role.READER in access.roles:
        return None
    return access.regions | access.group_regions


Row = TypeVar("Row", bound=models.Model, covariant=True)


class FundingQuerySet(models.QuerySet[Row]):
    def visible_to(self, user: User) -> Self:
        """What each region pays is open to all with a role; a stranger sees nothing."""
        return self if has_role(user) else self.none()


def rate_in_range(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(ore_per_inhabitant__gte=0, ore_per_inhabitant__lte=HIGHEST_ORE),
        violation_error_message=_("The rate per inhabitant must be between 0 and 500 öre."),
    )


def year_in_range(name: str, field: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{field}__gte": FIRST_YEAR, f"{field}__lte": LAST_YEAR}),
        violation_error_message=_("The year must be between 2010 and 2100."),
    )


def closed_year_stays() -> pgtrigger.Trigger:
    """On a table with `funding_year`: no row comes, goes or changes while its year is closed, whoever writes (product rule 8).

    The year's row is locked for sharing, so that nothing slips in while it is being closed.
    """
    return pgtrigger.Trigger(
        name="closed_year_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
            PERFORM 1 FROM funding_fundingyear
                WHERE id IN (OLD.funding_year_id, NEW.funding_year_id) ORDER BY id FOR SHARE;
            IF EXISTS (
                SELECT 1 FROM funding_fundingyear
                WHERE id IN (OLD.funding_year_id, NEW.funding_year_id) AND state = 'closed'
            ) THEN
                RAISE EXCEPTION 'closed_year_stays: the funding year of this % is closed', TG_TABLE_NAME
                    USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """,
    )
