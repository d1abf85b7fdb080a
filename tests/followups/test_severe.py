"""Severe deviations: the supplier's report by its standing link, who reads it, and the alert at once."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from codeofconduct.models import CategoryOwner, ClauseParameter, ContractParameter, Facility, SupplyLink
from followups.actions.findings import revise_finding, submit_finding
from followups.actions.links import issue_link
from followups.actions.severe import alert_of_finding, link_report, report_severe, take_up_report
from followups.enums.follow_ups import State
from followups.enums.links import Holder
from followups.models import AccessLink, FollowUp, SevereAlert, SevereFile, SevereReport
from followups.slots import attention_tiles
from portal import clock
from portal.files.checks import Upload
from portal.history.models import LinkActor, actor_of
from portal.outbox.actions import queue_mail
from portal.outbox.models import Message
from regions.models import PurchasingGroup
from tests.factories import CategoryFactory, ContractFactory, RegionFactory, system
from tests.files.samples import pdf
from tests.followups.factories import FindingFactory, FollowUpFactory, RequirementFactory, SeverityFactory
from tests.followups.pages import SUBMISSION, page
from tests.guards.world import client_with

pytestmark = pytest.mark.django_db
LINK = LinkActor("abcabcabcabc", "Sara Svensson")
SECRET = "Barn i spinneriet"


@pytest.fixture
def contract():
    """Of Jämtland Härjedalen, in surgical instruments."""
    return ContractFactory(region=RegionFactory(code="23"), category=CategoryFactory())


@pytest.fixture
def severe():
    return SeverityFactory(key="severe", is_severe=True)


def reported(contract, **changed):
    return report_severe(
        **{
            "by": LINK,
            "contract": contract,
            "submission": uuid.uuid4(),
            "severe_type": "child_labour",
            "happened": SECRET,
            "facts": "Sett av en revisor",
            "measures_planned": "Vi reser dit",
            "known_on": clock.today(),
            "country": "IN",
        }
        | changed
    )


def told(kind="severe_alert"):
    return sorted(Message.objects.filter(kind=kind).values_list("to", flat=True))


# --- By when ------------------------------------------------------------------------------------------------------


def test_a_report_is_due_fourteen_days_after_it_was_known_and_late_is_counted(contract):
    today = clock.today()
    in_time = reported(contract, known_on=today - timedelta(days=14))
    late = reported(contract, known_on=today - timedelta(days=17))
    assert (in_time.due_on, in_time.days_late) == (today, 0)
    assert (late.due_on, late.days_late) == (today - timedelta(days=3), 3)


def test_the_clause_and_then_the_contract_say_how_many_days(reference_data):
    contract = ContractFactory(clause_version__name="utkast", clause_version__adopted=False,
                               clause_version__valid_from=date(2026, 1, 1))  # fmt: skip
    parameter = ClauseParameter.objects.create(
        clause_version=contract.clause_version, key="severe_report", label_sv="x", label_en="x", unit="weeks", default=3
    )
    assert reported(contract).due_on == clock.today() + timedelta(days=21)
    ContractParameter.objects.create(contract=contract, parameter=parameter, value=1)
    assert reported(contract).due_on == clock.today() + timedelta(days=7)


# --- Who reads and who is told --------------------------------------------------------------------------------------


def test_report_reaches_its_readers_at_once_each_with_one_mail_that_says_nothing(
    contract, secretariat, admin, buyer, person, neighbour, reader
):
    regional = person("regional_coordinator", "23")
    english = person("secretariat", language="en", email="eng@test.example")
    report = reported(contract)
    assert told() == sorted(user.email for user in (secretariat, admin, buyer, regional, english))
    for letter in Message.objects.filter(kind="severe_alert"):
        assert reverse("followups:severe-detail", args=[report.public_id]) in letter.body
        for word in (SECRET, contract.supplier.name, contract.title, "IN"):
            assert word not in letter.body + letter.subject
    assert Message.objects.get(to=english.email).subject == "A supplier has reported a severe deviation"
    reported(contract, submission=report.submission)
    assert (SevereReport.objects.count(), len(told())) == (1, 5)


def test_report_is_read_by_the_region_its_coordinator_and_the_secretariat_and_by_no_one_else(
    contract, secretariat, admin, buyer, area_coordinator, neighbour, reader, stranger, person, client_of
):
    other_coordinator = person("area_coordinator", "B")
    CategoryOwner.objects.create(
        category=contract.categories.get(),
        group=PurchasingGroup.objects.get(letter="A"),
        valid_from=date(2020, 1, 1),
    )
    report = reported(contract)
    FollowUpFactory(supplier=contract.supplier, sharing_tier="regions")
    may = [secretariat, admin, buyer, area_coordinator]
    may_not = [neighbour, reader, stranger, other_coordinator]
    detail = reverse("followups:severe-detail", args=[report.public_id])
    for user in may:
        assert list(SevereReport.objects.visible_to(user)) == [report]
        assert SECRET in client_of(user).get(detail).text
        assert any(tile.url == reverse("followups:severe-list") for tile in attention_tiles(user))
    for user in may_not:
        client = client_of(user)
        assert not SevereReport.objects.visible_to(user).exists()
        assert client.get(detail).status_code == 404
        assert not any(tile.url == reverse("followups:severe-list") for tile in attention_tiles(user))
        pages = [reverse("followups:severe-list"), reverse("home:start"), f"{reverse('home:search')}?q=spinneriet",
                 reverse("codeofconduct:supplier-detail", args=[contract.supplier.public_id])]  # fmt: skip
        for url in pages:
            text = client.get(url).text
            assert SECRET not in text
            assert report.public_id not in text


def test_a_linked_report_is_not_shared_with_its_follow_up(contract, buyer, neighbour, reader, client_of):
    follow_up = FollowUpFactory(supplier=contract.supplier, contracts=["23", "25"], sharing_tier="regions")
    report = link_report(by=buyer, report=reported(contract), follow_up=follow_up)
    seen = [
        report.public_id in client_of(user).get(page("follow-up-detail", follow_up)).text
        for user in (buyer, neighbour, reader)
    ]
    assert seen == [True, False, False]


def test_files_of_a_report_go_with_it(contract, buyer, neighbour, client_of):
    reported(contract, uploads=[Upload("foto.pdf", "application/pdf", b"%PDF hemligt")])
    url = reverse("followups:severe-file", args=[SevereFile.objects.get().public_id])
    assert b"".join(client_of(buyer).get(url).streaming_content) == b"%PDF hemligt"
    assert client_of(neighbour).get(url).status_code == 404


# --- What is done with it ----------------------------------------------------------------------------------------


def test_first_who_takes_it_up_stays(contract, buyer, secretariat):
    report = reported(contract)
    take_up_report(by=buyer, report=report)
    assert take_up_report(by=secretariat, report=report).taken_up_by == actor_of(buyer)
    assert not SevereReport.objects.waiting().exists()


def test_report_is_put_in_a_follow_up_of_the_supplier_that_is_under_way(contract, buyer, client_of):
    report, client = reported(contract), client_of(buyer)
    url = reverse("followups:severe-link", args=[report.public_id])
    foreign = FollowUpFactory(contracts=["23"])
    ended = FollowUpFactory(supplier=contract.supplier, contracts=["23"], state=State.CLOSED)
    for wrong in (foreign, ended):
        client.post(url, {"follow_up": wrong.public_id, "version": 1})
    report.refresh_from_db()
    assert report.follow_up is None
    good = FollowUpFactory(supplier=contract.supplier, contracts=["23"])
    assert client.post(url, {"follow_up": good.public_id, "version": 1}).status_code == 302
    report.refresh_from_db()
    assert (report.follow_up, report.linked_by, report.taken_up_by) == (good, actor_of(buyer), actor_of(buyer))
    again = client.post(url, {"follow_up": good.public_id, "version": 1})
    assert again.status_code == 409


def test_the_database_keeps_another_suppliers_follow_up_out(contract):
    report = reported(contract)
    with pytest.raises(IntegrityError, match="follow_up_of_supplier"), transaction.atomic():
        SevereReport.objects.filter(pk=report.pk).update(
            follow_up=FollowUpFactory(), linked_at=clock.now(), linked_by=system()
        )


def test_coordinator_reads_but_does_not_handle(contract, area_coordinator, client_of):
    CategoryOwner.objects.create(
        category=contract.categories.get(),
        group=PurchasingGroup.objects.get(letter="A"),
        valid_from=date(2020, 1, 1),
    )
    report, client = reported(contract), client_of(area_coordinator)
    assert client.post(reverse("followups:severe-take-up", args=[report.public_id])).status_code == 403
    assert client.get(reverse("followups:severe-link", args=[report.public_id])).status_code == 403


def test_list_pages_and_its_queries_do_not_grow(contract, buyer, client_of):
    client, url = client_of(buyer), reverse("followups:severe-list")
    reported(contract)
    client.get(url)
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert SECRET not in client.get(url).text
        counts.append(len(captured))
        reported(contract)
        reported(ContractFactory(region=RegionFactory(code="23")))
    assert counts[0] == counts[1]


# --- The standing link ----------------------------------------------------------------------------------------------


def test_buyer_gives_the_supplier_a_link_and_takes_it_back(contract, buyer, client_of):
    client = client_of(buyer)
    url = reverse("followups:reporter-issue", args=[contract.public_id])
    contract_page = reverse("codeofconduct:contract-detail", args=[contract.public_id])
    assert url in client.get(contract_page).text
    answer = client.post(url, {"name": "Sara", "email": "sara@leverantor.example", "language": "en"})
    link = AccessLink.objects.get()
    assert (answer.url, link.holder, link.contract, link.expires_at) == (contract_page, "reporter", contract, None)
    assert "sara@leverantor.example" in client.get(contract_page).text
    client.post(reverse("followups:reporter-resend", args=[link.public_id]))
    assert Message.objects.filter(to="sara@leverantor.example").count() == 2
    client.post(reverse("followups:reporter-revoke", args=[link.public_id]))
    link.refresh_from_db()
    assert link.revoked_by == actor_of(buyer)


@pytest.mark.parametrize(
    ("change", "field"), [({"name": ""}, "name"), ({"email": ""}, "email"), ({"email": "x"}, "email")]
)
def test_link_needs_a_person(change, field, contract, buyer, client_of):
    sent = {"name": "Sara", "email": "sara@leverantor.example", "language": "sv"} | change
    answer = client_of(buyer).post(reverse("followups:reporter-issue", args=[contract.public_id]), sent)
    assert list(answer.context["form"].errors) == [field]
    assert not AccessLink.objects.exists()


@pytest.fixture
def link(contract, buyer):
    return issue_link(by=buyer, holder=Holder.REPORTER, name="Sara", email="s@leverantor.example", language="sv",
                      contract=contract)  # fmt: skip


@pytest.fixture
def sent():
    """What the form of a report sends."""
    return {
        "submission": SUBMISSION,
        "severe_type": "child_labour",
        "happened": SECRET,
        "known_on": (clock.today() - timedelta(days=20)).isoformat(),
        "facts": "Sett av en revisor",
        "measures_planned": "Vi reser dit",
        "country": "IN",
        "place": "Spinneri i Tiruppur",
    }


def test_supplier_reports_by_its_link_with_a_file_and_twice_is_once(link, sent, buyer):
    client, url = client_with(link.public_id), reverse("followups:outside-severe-report", args=[link.public_id])
    for _turn in range(2):
        answer = client.post(url, sent | {"uploads": [SimpleUploadedFile("foto.pdf", pdf(), "application/pdf")]})
        assert answer.url == reverse("followups:outside-start", args=[link.public_id])
    report = SevereReport.objects.get()
    assert (report.created_by.name, report.days_late, report.files.count()) == ("Sara", 6, 1)
    assert told() == [buyer.email]
    assert "Barnarbete" in client.get(answer.url).text or "child labour" in client.get(answer.url).text.lower()


def test_a_colleagues_report_is_not_shown_to_another_holder(link, contract, buyer):
    other = issue_link(by=buyer, holder=Holder.REPORTER, name="Olle", email="o@leverantor.example", language="sv",
                       contract=contract)  # fmt: skip
    report_severe(by=link.actor, contract=contract, submission=uuid.uuid4(), severe_type="corruption",
                  happened=SECRET, facts="x", known_on=date(2026, 1, 2), country="IN")  # fmt: skip
    start = reverse("followups:outside-start", args=[other.public_id])
    assert client_with(other.public_id).get(start).context["sections"][0][1]["reports"] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"severe_type": ""}, "severe_type"),
        ({"severe_type": "theft"}, "severe_type"),
        ({"happened": ""}, "happened"),
        ({"facts": "\x00"}, "facts"),
        ({"known_on": "2099-01-01"}, "known_on"),
        ({"known_on": "i går"}, "known_on"),
        ({"measures_planned": ""}, "measures_planned"),
        ({"country": "XX"}, "country"),
        ({"submission": "x"}, "submission"),
    ],
)
def test_bad_report_is_a_sentence_at_its_field_and_is_kept(change, field, link, sent):
    url = reverse("followups:outside-severe-report", args=[link.public_id])
    answer = client_with(link.public_id).post(url, sent | change)
    assert list(answer.context["form"].errors) == [field]
    assert "Spinneri i Tiruppur" in answer.text
    assert not SevereReport.objects.exists()
    assert told() == []


def test_supplier_is_offered_no_confidential_facility(link, contract):
    for name, is_confidential in (("Öppna spinneriet", False), ("Hemliga spinneriet", True)):
        facility = Facility.objects.create(
            supplier=contract.supplier,
            name=name,
            country="IN",
            stage="processing",
            is_confidential=is_confidential,
            created_by=system(),
        )
        SupplyLink.objects.create(contract=contract, facility=facility, tier=1, stage="processing", created_by=system())
    text = client_with(link.public_id).get(reverse("followups:outside-severe-report", args=[link.public_id])).text
    assert "Öppna spinneriet" in text
    assert "Hemliga spinneriet" not in text


# --- A severe finding alerts at once -------------------------------------------------------------------------------


def submitted(follow_up, by, severity, **changed):
    return submit_finding(
        by=by,
        follow_up=follow_up,
        submission=uuid.uuid4(),
        text=SECRET,
        severity=severity,
        requirement=RequirementFactory(clause_version=follow_up.clause_version),
        **changed,
    )


def test_severe_finding_is_told_to_all_concerned_once_each(
    severe, buyer, neighbour, secretariat, area_coordinator, reader, person
):
    stranger = person("buyer", "12")
    follow_up = FollowUpFactory(contracts=["23", "25"])
    CategoryOwner.objects.create(
        category=follow_up.category,
        group=PurchasingGroup.objects.get(letter="A"),
        valid_from=date(2020, 1, 1),
    )
    finding = submitted(follow_up, buyer, severe, severe_type="child_labour")
    concerned = [buyer, neighbour, secretariat, area_coordinator]
    assert told() == sorted(user.email for user in concerned)
    assert stranger.email not in told()
    assert {alert.recipient for alert in finding.alerts.all()} == set(concerned)
    for letter in Message.objects.filter(kind="severe_alert"):
        assert SECRET not in letter.body
        assert follow_up.supplier.name not in letter.body + letter.subject
    assert alert_of_finding(by=buyer, finding=finding) == 0


def test_a_finding_that_is_not_severe_alerts_no_one_until_it_becomes_so(severe, follow_up, buyer, secretariat):
    finding = submitted(follow_up, buyer, SeverityFactory())
    assert told() == []
    changed = {"text": SECRET, "requirement": finding.requirement, "section": None, "involvement": "causes",
               "facility": None, "root_cause": ""}  # fmt: skip
    for version in (1, 2):
        revise_finding(by=buyer, finding=finding, version=version, severity=severe, severe_type="corruption", **changed)
        assert told() == sorted([buyer.email, secretariat.email])


def test_no_one_is_told_of_what_was_not_saved(severe, follow_up, buyer, secretariat):
    def fails():
        with transaction.atomic():
            submitted(follow_up, buyer, severe, severe_type="corruption")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert (told(), SevereAlert.objects.count()) == ([], 0)


def test_severe_has_a_type_and_nothing_else_has(severe, follow_up, buyer):
    for severity, severe_type in ((severe, ""), (SeverityFactory(), "corruption")):
        with pytest.raises(ValidationError) as refusal:
            submitted(follow_up, buyer, severity, severe_type=severe_type)
        assert list(refusal.value.error_dict) == ["severe_type"]
        with pytest.raises(IntegrityError, match="severe_type_of_severe"), transaction.atomic():
            FindingFactory(follow_up=follow_up, severity=severity, severe_type=severe_type)
    assert not FollowUp.objects.get().findings.exists()


def test_the_database_keeps_a_second_alert_away(contract, secretariat):
    report = reported(contract)
    assert report.alerts.get().recipient == secretariat
    other = queue_mail(to=secretariat.email, subject="Igen", body="Igen", kind="severe_alert")
    with pytest.raises(IntegrityError, match="severe_alert_report_once"), transaction.atomic():
        SevereAlert.objects.create(report=report, recipient=secretariat, message=other, created_by=system())
