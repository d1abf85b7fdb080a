"""Reads over severe deviations: who is told of one at once, the reports, and what waits for whom."""

from django.db.models import F, Q, QuerySet
from django.http import QueryDict

from codeofconduct.models import CategoryOwner, Contract
from followups.enums.links import Holder
from followups.models import AccessLink, Finding, FollowUp, SevereReport
from followups.models.severe import SevereReportQuerySet
from portal import clock
from portal.ui.paging import KeyPage, key_page
from regions.enums import Role
from regions.models import User
from regions.queries import at_work

STAFF = (Role.SECRETARIAT, Role.ADMIN)


def told_of_finding(finding: Finding) -> QuerySet[User]:
    """The secretariat, the buyers of the lead region and of the participating ones, and who coordinates the category."""
    follow_up = finding.follow_up
    return _told(Q(region__in=follow_up.concerned_regions) | Q(group__in=follow_up.owner_groups))


def told_of_report(report: SevereReport) -> QuerySet[User]:
    """The secretariat, the contracting regions' buyers, and who coordinates a category of the contract: its readers."""
    contract = report.contract
    today = clock.today()
    owners = CategoryOwner.objects.valid_on(today).filter(category__in=contract.categories.values("pk"))
    regions = [contract.region_id, *contract.contract_parties.values_list("region", flat=True)]
    return _told(Q(region__in=regions) | Q(group__in=owners.values("group")))


def _told(concerned: Q) -> QuerySet[User]:
    """Each person once, whatever they are beside it."""
    return at_work(clock.today(), Q(role__in=STAFF) | concerned)


def reports_with_places() -> SevereReportQuerySet:
    """With what a row of the list names."""
    return SevereReport.objects.select_related("contract__supplier", "contract__region", "follow_up", "created_by")


def report_page(user: User, query: QueryDict) -> KeyPage[SevereReport]:
    """The reports that the user may read, the latest first."""
    return key_page(reports_with_places().visible_to(user), query, by=F("created_at"), newest_first=True)


def reports_of_contract(user: User, contract: Contract) -> SevereReportQuerySet:
    return reports_with_places().visible_to(user).filter(contract=contract)


def reports_of_follow_up(user: User, follow_up: FollowUp) -> SevereReportQuerySet:
    return reports_with_places().visible_to(user).filter(follow_up=follow_up)


def follow_ups_for(user: User, report: SevereReport) -> QuerySet[FollowUp]:
    """Those that a report can be linked to: under way, of the contract's supplier, and the user works in them."""
    found = FollowUp.objects.workable_by(user).under_way().filter(supplier=report.contract.supplier_id)
    return found.select_related("supplier", "category").order_by("-created_at", "-pk")


def reporter_links_of(contract: Contract) -> QuerySet[AccessLink]:
    """Who can report under the contract, the latest first."""
    links = AccessLink.objects.filter(contract=contract, holder=Holder.REPORTER, revoked_at__isnull=True)
    return links.select_related("message").order_by("-created_at", "-pk")
