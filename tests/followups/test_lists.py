"""The lists of follow-ups, findings and corrective actions: narrowed, ordered, searched, taken out, and never too much."""

import csv
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followups.models import Finding
from portal import clock
from portal.history.models import actor_of
from tests.exchange.bringing import take_out
from tests.factories import CategoryFactory, RegionFactory, SupplierFactory
from tests.followups.factories import (
    CorrectiveActionFactory,
    EvidenceFactory,
    FindingFactory,
    FollowUpFactory,
    SeverityFactory,
)

pytestmark = pytest.mark.django_db
FOLLOW_UPS, FINDINGS, ACTIONS = (reverse(f"followups:{name}-list") for name in ("follow-up", "finding", "action"))
LISTS = (FOLLOW_UPS, FINDINGS, ACTIONS)


def texts(response) -> list[str]:
    """What each row is about."""
    rows = response.context["page"].rows
    return [getattr(row, "text", "") or getattr(row, "description", "") or row.follow_up.supplier.name for row in rows]


@pytest.fixture
def several():
    """Three findings in three follow-ups, each with an action: late, soon, done."""
    severe = SeverityFactory(key="severe", name_sv="Allvarlig avvikelse", is_severe=True)
    made = []
    for name, text, severity, days in (
        ("Ängsmed AB", "Spärrad nödutgång", severe, -3),
        ("Norrmed AB", "Policyn saknar datum", SeverityFactory(), 5),
        ("Åreplast AB", "Ingen riskanalys", SeverityFactory(), 40),
    ):
        follow_up = FollowUpFactory(supplier=SupplierFactory(name=name), contracts=["23"])
        finding = FindingFactory(follow_up=follow_up, text=text, severity=severity)
        made.append(CorrectiveActionFactory(finding=finding, description=f"Åtgärda: {text}", days=days))
    last = made[-1]
    last.done_at, last.done_by = clock.now(), last.created_by
    last.save()
    return made


# --- narrowed, searched, ordered


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Ingen riskanalys", "Policyn saknar datum", "Spärrad nödutgång"]),
        ({"status": "open"}, ["Policyn saknar datum", "Spärrad nödutgång"]),
        ({"status": "remedied"}, ["Ingen riskanalys"]),
        ({"severity": "severe"}, ["Spärrad nödutgång"]),
        ({"q": "nödutgångar"}, ["Spärrad nödutgång"]),
        ({"q": "norrmed"}, ["Policyn saknar datum"]),
        ({"q": "finns inte alls"}, []),
        ({"sort": "submitted"}, ["Spärrad nödutgång", "Policyn saknar datum", "Ingen riskanalys"]),
        ({"sort": "supplier"}, ["Policyn saknar datum", "Ingen riskanalys", "Spärrad nödutgång"]),
        ({"sort": "-supplier"}, ["Spärrad nödutgång", "Ingen riskanalys", "Policyn saknar datum"]),
        ({"sort": "-severity"}, ["Spärrad nödutgång", "Ingen riskanalys", "Policyn saknar datum"]),
        ({"sort": "annat"}, ["Ingen riskanalys", "Policyn saknar datum", "Spärrad nödutgång"]),
    ],
)
def test_findings_are_narrowed_and_ordered(query, expected, several, secretariat, client_of):
    assert texts(client_of(secretariat).get(FINDINGS, query)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Spärrad nödutgång", "Policyn saknar datum", "Ingen riskanalys"]),
        ({"status": "late"}, ["Spärrad nödutgång"]),
        ({"status": "soon"}, ["Policyn saknar datum"]),
        ({"status": "open"}, ["Spärrad nödutgång", "Policyn saknar datum"]),
        ({"status": "done"}, ["Ingen riskanalys"]),
        ({"severity": "severe"}, ["Spärrad nödutgång"]),
        ({"q": "riskanalys"}, ["Ingen riskanalys"]),
        ({"sort": "-due"}, ["Ingen riskanalys", "Policyn saknar datum", "Spärrad nödutgång"]),
        ({"sort": "supplier"}, ["Policyn saknar datum", "Ingen riskanalys", "Spärrad nödutgång"]),
    ],
)
def test_actions_are_narrowed_and_ordered(query, expected, several, secretariat, client_of):
    found = texts(client_of(secretariat).get(ACTIONS, query))
    assert found == [f"Åtgärda: {text}" for text in expected]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Norrmed AB", "Åreplast AB", "Ängsmed AB"]),
        ({"q": "ängsm"}, ["Ängsmed AB"]),
        ({"q": "norrmde"}, ["Norrmed AB"]),
        ({"sort": "-supplier"}, ["Ängsmed AB", "Åreplast AB", "Norrmed AB"]),
        ({"sort": "next"}, ["Ängsmed AB", "Norrmed AB", "Åreplast AB"]),
        ({"sort": "-next"}, ["Norrmed AB", "Ängsmed AB", "Åreplast AB"]),
    ],
)
def test_follow_ups_are_searched_and_ordered_without_a_date_last_both_ways(
    query, expected, several, secretariat, client_of
):
    assert texts(client_of(secretariat).get(FOLLOW_UPS, query)) == expected


def test_lists_are_narrowed_by_category_region_and_own(several, buyer, neighbour, client_of):
    food = CategoryFactory(name="Livsmedel")
    other = FollowUpFactory(category=food, lead_region=RegionFactory(code="25"), sharing_tier="regions")
    CorrectiveActionFactory(finding=FindingFactory(follow_up=other, text="Fjärran"), description="Åtgärda: Fjärran")
    for address, text in ((FINDINGS, "Fjärran"), (ACTIONS, "Åtgärda: Fjärran")):
        for query in ({"category": food.public_id}, {"region": "25"}):
            assert texts(client_of(buyer).get(address, query)) == [text]
        assert texts(client_of(neighbour).get(address, {"mine": "on"})) == [text]


def test_headings_order_the_list_and_turn_it(several, secretariat, client_of):
    page = client_of(secretariat).get(FINDINGS, {"status": "open", "sort": "supplier", "after": "x"})
    headings = page.context["headings"]
    assert (headings["supplier"].direction, headings["severity"].direction) == ("ascending", "")
    assert headings["supplier"].url == "?status=open&sort=-supplier"
    assert headings["severity"].url == "?status=open&sort=severity"
    assert 'aria-sort="ascending"' in page.content.decode()


@pytest.mark.parametrize("sort", ["next", "-next", "state", "-state", "category", "supplier"])
def test_pages_follow_each_other_in_every_order(sort, secretariat, client_of):
    for place in range(45):
        FollowUpFactory(
            supplier=SupplierFactory(name=f"Bolag {place % 7}"),
            planned_on=clock.today() + timedelta(days=place) if place % 3 else None,
            state=("planned", "audited", "answered")[place % 3],
        )
    client, seen, url = client_of(secretariat), [], f"{FOLLOW_UPS}?sort={sort}"
    while url:
        page = client.get(url).context["page"]
        seen += [row.follow_up.pk for row in page.rows]
        url = FOLLOW_UPS + page.next_url if page.next_url else ""
    assert len(seen) == len(set(seen)) == 45


# --- who sees what


def test_lists_and_their_counts_hold_only_what_is_seen(several, neighbour, reader, buyer, stranger, client_of):
    for address in (FINDINGS, ACTIONS):
        assert [(client_of(who).get(address).context["count"]) for who in (buyer, neighbour, reader)] == [3, 0, 0]
        assert client_of(stranger).get(address).status_code == 404
        assert client_of(buyer).post(address).status_code == 405


def test_drafts_are_their_authors_own(follow_up, buyer, person, secretariat, client_of):
    draft = FindingFactory(follow_up=follow_up, text="Mitt utkast", state="draft", created_by=actor_of(buyer))
    CorrectiveActionFactory(finding=draft, description="Utkastets åtgärd")
    colleague = person("buyer", "23")
    for address, text in ((FINDINGS, "Mitt utkast"), (ACTIONS, "Utkastets åtgärd")):
        assert texts(client_of(buyer).get(address)) == [text]
        for other in (colleague, secretariat):
            page = client_of(other).get(address, {"status": "draft"} if address == FINDINGS else {})
            assert (page.context["count"], text in page.content.decode()) == (0, False)
    assert texts(client_of(buyer).get(FINDINGS, {"status": "draft"})) == ["Mitt utkast"]


def test_unknown_criteria_narrow_nothing(several, secretariat, client_of):
    for address in LISTS:
        page = client_of(secretariat).get(address, {"status": "x", "severity": "x", "sort": "\x00", "state": "x"})
        assert (page.status_code, page.context["count"]) == (200, 3)


# --- out as files


def told(kind: str, folder, *, by, query: str = "") -> list[list[str]]:
    """The rows without their heading; the fourth column of findings and actions is their text."""
    path = take_out(kind, folder / "ut.csv", by=by, query=query)
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))[1:]


def test_files_hold_the_lists_as_they_are_narrowed(several, tmp_path, secretariat, reader):
    rows = told("findings", tmp_path, by=secretariat, query="status=open")
    assert [(row[0], row[3]) for row in rows] == [
        ("Norrmed AB", "Policyn saknar datum"),
        ("Ängsmed AB", "Spärrad nödutgång"),
    ]
    rows = told("actions", tmp_path, by=secretariat, query="q=norrmed")
    assert [row[3] for row in rows] == ["Åtgärda: Policyn saknar datum"]
    assert [told(kind, tmp_path, by=reader) for kind in ("findings", "actions")] == [[], []]


def test_what_is_ticked_goes_out_alone(several, tmp_path, secretariat):
    first, second, _third = several
    query = f"selected=on&chosen={first.public_id}&chosen={second.public_id}"
    assert len(told("actions", tmp_path, by=secretariat, query=query)) == 2
    every = f"selected=on&every=on&on_page={first.public_id}&chosen={second.public_id}"
    assert [row[3] for row in told("actions", tmp_path, by=secretariat, query=every)] == [first.description]
    assert told("actions", tmp_path, by=secretariat, query="selected=on") == []
    assert len(told("follow-ups", tmp_path, by=secretariat, query="selected=on&chosen=finnsinte")) == 0


# --- the same number of queries


@pytest.mark.parametrize(("address", "number"), [(FOLLOW_UPS, 8), (FINDINGS, 9), (ACTIONS, 9)])
def test_queries_do_not_grow_with_rows(address, number, secretariat, client_of, django_assert_num_queries):
    """The log-in takes 2 of them and the access 1."""
    client = client_of(secretariat)
    for rows in (1, 3):
        while Finding.objects.count() < rows:
            finding = FindingFactory(follow_up=FollowUpFactory(contracts=["23"]))
            CorrectiveActionFactory(finding=finding)
            EvidenceFactory(finding=finding)
        with django_assert_num_queries(number):
            client.get(address)


@pytest.mark.long
def test_queries_at_three_rows_and_at_three_thousand(secretariat, buyer, client_of):
    follow_up = FollowUpFactory(contracts=["23"])
    first = CorrectiveActionFactory.create_batch(3)

    def counted() -> list[int]:
        numbers = []
        for who in (secretariat, buyer):
            client = client_of(who)
            for address in LISTS:
                for url in (address, f"{address}?q=bolag&sort=-supplier", f"{address}?mine=on"):
                    client.get(url)
                    with CaptureQueriesContext(connection) as queries:
                        assert client.get(url).status_code == 200
                    numbers.append(len(queries))
        return numbers

    before = counted()
    template = first[0].finding
    findings = Finding.objects.bulk_create(
        Finding(
            follow_up=follow_up,
            text=f"Iakttagelse {place} hos bolag",
            severity=template.severity,
            requirement=follow_up.clause_version.requirements.first() or template.requirement,
            state="submitted",
            submitted_at=clock.now(),
            submitted_by=template.created_by,
            created_by=template.created_by,
        )
        for place in range(3_000)
    )
    CorrectiveActionFactory._meta.model.objects.bulk_create(
        CorrectiveActionFactory.build(finding=finding, created_by=template.created_by) for finding in findings
    )
    FollowUpFactory.create_batch(300)
    # A search that finds nothing looks for likenesses too: more rows may take fewer queries, never more.
    assert [place for place, (now, then) in enumerate(zip(counted(), before, strict=True)) if now > then] == []
