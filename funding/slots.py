"""What this room puts on pages of lower rooms: tiles and asides of the start page, a section of a region's page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from funding.enums import YearState
from funding.models import FundingYear
from funding.permissions import can_open_year, can_see_funding
from funding.queries import figures
from portal import clock
from portal.slots import Tile
from portal.ui.templatetags.formats import kronor
from regions.models import Region, User

Section = tuple[str, dict[str, Any]]


def attention_tiles(user: User) -> list[Tile]:
    """For an administrator: this year if it has not been opened, and the years that stand open."""
    if not can_open_year(user):
        return []
    this_year = clock.today().year
    tiles = []
    if not FundingYear.objects.filter(year=this_year).exists():
        url = f"{reverse('funding:year-open')}?year={this_year}"
        tiles.append(
            Tile(this_year, _("Open the funding year"), url, note=_("It has no rate and no contributions yet"))
        )
    for each in figures.years_visible_to(user, state=YearState.OPEN):
        note = _("%(sum)s from %(regions)s regions") % {"sum": kronor(each.sum_ore), "regions": each.regions_counted}
        url = each.year.get_absolute_url()
        tiles.append(Tile(each.year.year, _("Funding year that is open"), url, note=note))
    return tiles


def own_contributions(user: User) -> Section | None:
    """For a buyer: what the own region pays in the latest year."""
    contributions = figures.own_contributions(user)
    return ("funding/_own_contribution.html", {"contributions": contributions}) if contributions else None


def region_contribution(user: User, region: Region) -> Section | None:
    """On a region's page: its contribution in the latest year."""
    contributions = figures.latest_contributions([region.pk]) if can_see_funding(user) else []
    return ("funding/_region_contribution.html", {"contributions": contributions}) if contributions else None
