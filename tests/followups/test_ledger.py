"""The ledger of avoided follow-ups: the same sums on the page and in the file, each region's to whom they are for."""

import csv
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followups.actions.reuse import join_follow_up, withdraw_reuse
from followups.models import FollowUp, Reuse, ReuseRules, StandardCost
from followups.reminders.reuse import deadlines, due, open_among
from portal import clock
from tests.exchange.bringing import take_out
from tests.factories import ContractFactory, RegionFactory
from tests.followups.audit_factories import AuditFactory
from tests.followups.factories import FollowUpFactory
from tests.followups.pages import page
from tests.followups.reuse_things import OFFICE, ExternalResultFactory, StandardCostFactory, audited
from tests.followups.test_reuse import reused

pytestmark = pytest.mark.django_db
LEDGER = reverse("followups:ledger")
COSTS = reverse("followups:cost-list")
RULES = reverse("followups:reuse-rules")


@pytest.fixture
def three(secretariat):
    """Region 23 avoided two office audits, one before the cost was known; region 25 one, of 85 000 kr."""
    made = []
    for number, code in enumerate(("23", "23", "25")):
        if number == 1:
            StandardCostFactory()
        contract = ContractFactory(region=RegionFactory(code=code))
        made += reused(secretariat, contract, audited(supplier=contract.supplier))
    return made


def figures(rows):
    return [(row.region, row.year, row.kind, row.count, row.cost_ore, row.uncosted) for row in rows]


def test_sums_per_region_year_and_kind(client_of, secretariat, three):
    year = three[0].accepted_on.year
    Reuse.objects.filter(pk=three[2].pk).update(accepted_on=date(year - 1, 12, 31))
    context = client_of(secretariat).get(LEDGER).context
    assert figures(context["rows"]) == [
        ("Region 23", year, OFFICE, 2, 8_500_000, 1),
        ("Region 25", year - 1, OFFICE, 1, 8_500_000, 0),
    ]
    assert (context["total"].count, context["total"].cost_ore, context["total"].uncosted) == (3, 17_000_000, 1)
    narrow = client_of(secretariat).get(f"{LEDGER}?year={year}&kind={OFFICE}&region=23").context
    assert narrow["total"].count == 2
    assert client_of(secretariat).get(f"{LEDGER}?year=%00&kind=x&region=99").context["total"].count == 3


def test_what_is_withdrawn_does_not_count(client_of, secretariat, three):
    withdraw_reuse(by=secretariat, reuse=three[1], version=1, reason="Fel avtal")
    context = client_of(secretariat).get(LEDGER).context
    assert (context["total"].count, context["total"].cost_ore) == (2, 8_500_000)


def test_each_region_sees_its_own_and_everyone_the_sum(client_of, buyer, neighbour, reader, stranger, three):
    assert [row.region for row in client_of(buyer).get(LEDGER).context["rows"]] == ["Region 23"]
    assert [row.region for row in client_of(neighbour).get(LEDGER).context["rows"]] == ["Region 25"]
    assert [row.region for row in client_of(reader).get(LEDGER).context["rows"]] == ["Region 23", "Region 25"]
    assert {client_of(user).get(LEDGER).context["total"].count for user in (buyer, neighbour, reader)} == {3}
    assert client_of(stranger).get(LEDGER).status_code == 404


def test_the_file_says_what_the_page_says(tmp_path, buyer, secretariat, three):
    def told(user, kind="avoided-follow-ups"):
        path = take_out(kind, tmp_path / "ut.csv", by=user)
        return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))

    assert [list(row.values()) for row in told(buyer)] == [
        ["Region 23", str(three[0].accepted_on.year), "kontorsrevision", "2", "85000", "1"]
    ]
    assert len(told(secretariat)) == 2
    assert {row["Region"] for row in told(buyer, "reuses")} == {"Region 23"}


def test_queries_do_not_grow_with_reuses(client_of, secretariat, three):
    client = client_of(secretariat)
    pages = (LEDGER, reverse("followups:reuse-list"))

    def counted():
        found = []
        for address in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    counted()
    with_three = counted()
    later = three[0]
    Reuse.objects.exclude(pk=later.pk).update(
        withdrawn_at=later.created_at, withdrawn_by=later.created_by, withdrawn_reason="Fel"
    )
    for number in range(6):
        contract = ContractFactory(region=RegionFactory(code=str(10 + number)))
        reused(secretariat, contract, audited(supplier=contract.supplier))
    assert counted() == with_three


def test_staff_keep_standard_costs_with_their_source(client_of, secretariat, buyer, neighbour):
    assert client_of(buyer).get(COSTS).status_code == 403
    client = client_of(secretariat)
    typed = {"kind": OFFICE, "amount_ore": "85 000", "valid_from": "2024-01-01", "source": "Ramavtal"}
    for changed, field in (
        ({"source": ""}, "source"),
        ({"amount_ore": "dyrt"}, "amount_ore"),
        ({"valid_from": ""}, "valid_from"),
        ({"kind": "certification"}, "kind"),
    ):
        assert list(client.post(COSTS, typed | changed).context["form"].errors) == [field]
    assert client.post(COSTS, typed).status_code == 302
    assert list(client.post(COSTS, typed).context["form"].errors) == ["valid_from"]
    cost = StandardCost.objects.get()
    assert (cost.amount_ore, cost.created_by.user) == (8_500_000, secretariat)
    again = {"amount_ore": "90 000", "valid_from": "2024-01-01", "source": "Rättat", "version": 1}
    assert client.post(page("cost-edit", cost), again).status_code == 302
    lost = client.post(page("cost-edit", cost), again | {"source": "Min källa"})
    assert (lost.status_code, "Min källa" in lost.text, "Rättat" in lost.text) == (409, True, True)


def test_the_cost_that_holds_is_the_latest_that_has_begun():
    StandardCostFactory(valid_from=date(2020, 1, 1), amount_ore=1)
    StandardCostFactory(valid_from=date(2024, 1, 1), amount_ore=2)
    at = StandardCost.objects.in_force_on
    assert [
        getattr(at(OFFICE, day), "amount_ore", None) for day in (date(2019, 1, 1), date(2023, 1, 1), date(2024, 1, 1))
    ] == [
        None,
        1,
        2,
    ]


def test_the_rules_are_decided_with_a_reason_and_leave_a_trail(client_of, secretariat, buyer, reference_data):
    assert client_of(buyer).get(RULES).status_code == 403
    client = client_of(secretariat)
    assert client.get(RULES).context["form"]["max_age_months"].value() == 36
    typed = {
        "version": 1,
        "max_age_months": "24",
        "group_counts": "on",
        OFFICE: [OFFICE, "certification"],
        "reason": "",
    }
    assert list(client.post(RULES, typed).context["form"].errors) == ["reason"]
    assert list(client.post(RULES, typed | {"reason": "x", "max_age_months": "0"}).context["form"].errors) == [
        "max_age_months"
    ]
    assert client.post(RULES, typed | {"reason": "Styrgruppen 2026"}).status_code == 302
    rules = ReuseRules.objects.all().in_force()
    assert (rules.version, rules.max_age_months, (OFFICE, "certification") in rules.pairs) == (2, 24, True)
    assert client.post(RULES, typed | {"reason": "För sent"}).status_code == 409
    assert "Styrgruppen 2026" in client.get(RULES).text


# --- Joining


@pytest.fixture
def led(mine):
    """A follow-up of the supplier that another region leads, with a contract of its own."""
    return FollowUpFactory(
        supplier=mine.supplier, lead_region=RegionFactory(code="25"), contracts=["12"], sharing_tier="regions"
    )


@pytest.fixture
def mine(buyer):
    return ContractFactory(region=RegionFactory(code="23"))


def joined(user, follow_up, *contracts, kind=OFFICE):
    return join_follow_up(by=user, follow_up=follow_up, contracts=contracts, avoided_kind=kind)


def test_to_join_is_an_avoided_follow_up_with_its_cost(client_of, buyer, mine, led):
    StandardCostFactory()
    StandardCostFactory(kind="factory_audit", amount_ore=14_000_000)
    client = client_of(buyer)
    offered = client.get(f"{reverse('followups:follow-up-open')}?supplier={mine.supplier.public_id}&kind=factory_audit")
    address = f"{page('follow-up-join', led)}?kind=factory_audit"
    assert address in offered.text
    for _turn in range(2):
        client.post(address, {"contracts": [mine.public_id]})
    reuse = Reuse.objects.get()
    assert (reuse.is_joined, reuse.follow_up, list(reuse.contracts.all())) == (True, led, [mine])
    context = client.get(LEDGER).context
    assert figures(context["rows"]) == [("Region 23", clock.today().year, "factory_audit", 1, 14_000_000, 0)]
    listed = client.get(reverse("followups:reuse-list"))
    assert led.category.name in listed.text
    assert listed.context["may_withdraw"] == set()
    assert client.post(page("reuse-withdraw", reuse), {"version": 1, "reason": "Fel"}).status_code == 403


def test_who_took_part_already_avoids_nothing_by_joining_with_more(secretariat, mine, led):
    lead, taking_part = (
        ContractFactory(region=RegionFactory(code=code), supplier=mine.supplier) for code in ("25", "12")
    )
    joined(secretariat, led, lead, taking_part)
    assert not Reuse.objects.exists()
    another = ContractFactory(region=mine.region, supplier=mine.supplier)
    joined(secretariat, led, mine)
    joined(secretariat, led, another)
    assert Reuse.objects.get().region == mine.region


def test_each_region_that_joins_counts_once_and_not_in_what_is_aborted(client_of, secretariat, mine, led):
    theirs = ContractFactory(region=RegionFactory(code="10"), supplier=mine.supplier)
    joined(secretariat, led, mine, theirs)
    total = client_of(secretariat).get(LEDGER).context["total"]
    assert (total.count, total.cost_ore, total.uncosted) == (2, 0, 2)
    FollowUp.objects.update(state="aborted")
    assert client_of(secretariat).get(LEDGER).context["total"].count == 0


def test_relying_on_the_result_afterwards_counts_no_second_time(client_of, secretariat, mine, led):
    joined(secretariat, led, mine)
    later = ContractFactory(region=mine.region, supplier=mine.supplier)
    assert not Reuse.objects.holding_on(clock.today()).exists()
    AuditFactory(follow_up=led, carried_out=-10)
    FollowUp.objects.update(state="closed")
    (reuse,) = reused(secretariat, later, led)
    assert (Reuse.objects.get(), reuse.is_joined, set(reuse.contracts.all())) == (reuse, False, {mine, later})
    assert client_of(secretariat).get(LEDGER).context["total"].count == 1


def test_nobody_is_reminded_of_what_was_joined(buyer, mine, led):
    joined(buyer, led, mine)
    reuse = Reuse.objects.get()
    assert (list(due(clock.today())), list(deadlines(buyer)), open_among([reuse.public_id])) == ([], [], set())


def test_only_a_follow_up_is_joined(secretariat, mine):
    (reuse,) = reused(secretariat, mine, ExternalResultFactory(supplier=mine.supplier))
    with pytest.raises(IntegrityError), transaction.atomic():
        Reuse.objects.filter(pk=reuse.pk).update(valid_until_on=None)
