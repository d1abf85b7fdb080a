"""What the money buys, put together from the rooms that know it, for the room that doesn't (`funding.outside`)."""

from collections import Counter
from collections.abc import Collection
from datetime import date

from django.db.models import F

from codeofconduct.models import Contract, ContractParty
from followups.enums.audits import AuditKind
from followups.queries import costs
from followups.queries.work import counts_by_region, covered_on
from funding.outside import Reach, RegionWork, Spending
from portal.search.ordering import swedish


class CooperationWork:
    """`funding.outside.Work`."""

    def by_region(self, since: date, until: date) -> dict[int, RegionWork]:
        running = Contract.objects.filter(starts_on__lte=until, ends_on__gte=until)
        joint = ContractParty.objects.filter(contract__in=running.values("pk"))
        contracts = Counter(
            region for _, region in {*running.values_list("pk", "region"), *joint.values_list("contract", "region")}
        )
        return {
            region: RegionWork(
                contracts[region], count.follow_ups, count.led, count.avoided, count.avoided_ore, count.uncosted
            )
            for region, count in counts_by_region(since, until).items()
        }

    def spending(self, year: int) -> list[Spending]:
        return self.spending_by_year([year])[year]

    def spending_by_year(self, years: Collection[int]) -> dict[int, list[Spending]]:
        audits = costs.priced(years=years).annotate(
            in_order=swedish("follow_up__category__name"), category_name=F("follow_up__category__name")
        )
        key = (costs.YEAR, "in_order", "category_name", costs.REGION, costs.KIND, costs.MONTH)
        found: dict[int, list[Spending]] = {year: [] for year in years}
        for row in costs.costs_by(key, audits):
            year, _in_order, category, region, kind, month = row.key
            spending = Spending(
                category=category,
                region_id=region,
                kind=kind,
                kind_label=self.kind_label(kind),
                audits=row.audits,
                invoiced=row.invoiced,
                unpriced=row.unpriced,
                expected_ore=row.expected_ore,
                actual_ore=row.actual_ore,
                month=month,
            )
            found[year].append(spending)
        return found

    def kind_label(self, kind: str) -> str:
        return str(AuditKind(kind).label)

    def reach(self, day: date) -> Reach:
        covered = covered_on(day)
        return Reach(covered.targets, covered.covered, covered.months, _audit_ore())


def _audit_ore() -> int | None:
    """The average invoice of all audits, in whole öre."""
    invoiced = [row for row in costs.costs_by(costs.KIND, costs.priced(payer=None)) if row.invoiced]
    count = sum(row.invoiced for row in invoiced)
    return sum(row.actual_ore for row in invoiced) // count if count else None
