"""The pages of audits: who sees what of them, what a form keeps, and what an auditor and a supplier reach by link."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from followups.actions.drafts import claim_secrecy
from followups.actions.links import issue_link
from followups.enums.links import Holder
from followups.forms.audit_details import looks_like_a_name
from followups.models import Audit, AuditDocument, AuditJudgement, FollowUp, RoleMet
from followups.outside import SESSION_KEY
from followups.pages.audits import outside_section, section
from portal import clock
from portal.history.models import SystemActor, actor_of
from tests.factories import RegionFactory
from tests.files.samples import pdf
from tests.followups.assessments import ANSWERS, sent, submitted, write
from tests.followups.audit_factories import (
    AUDITOR,
    AuditFactory,
    DocumentRequestFactory,
    FacilityFactory,
    FindingDraftFactory,
    FrameworkFactory,
)
from tests.followups.factories import FollowUpFactory
from tests.followups.pages import SUBMISSION, in_days, page

pytestmark = pytest.mark.django_db
WINDOW = "0b7e1c1e-1df3-4c1c-8a52-1b2c3d4e5f60"
BY = SystemActor("test")


@pytest.fixture
def audit(follow_up) -> Audit:
    """Booked in five days."""
    return AuditFactory(follow_up=follow_up, booked=5, price_ore=7_700_000, agenda="Hemlig dagordning")


def link_for(follow_up, holder=Holder.AUDITOR, email=AUDITOR):
    return issue_link(by=BY, holder=holder, name="Rita Revisor", email=email, language="sv", follow_up=follow_up)


def holding(link) -> Client:
    """A browser in which the link has been opened."""
    client = Client()
    session = client.session
    session[SESSION_KEY] = [link.public_id]
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def outside(name, link, thing, *more) -> str:
    return reverse(f"followups:outside-{name}", args=[link.public_id, thing.public_id, *more])


# --- Users ------------------------------------------------------------------------------------------------


def test_the_coordinator_orders_an_audit_and_the_lead_region_does_not(client_of, secretariat, buyer, follow_up):
    sent = {
        "submission": SUBMISSION,
        "kind": "office",
        "scope": "both",
        "ordered_on": in_days(-1),
        "planned_on": in_days(20),
        "framework": FrameworkFactory().public_id,
        "price_ore": "48 500",
    }
    assert client_of(buyer).post(page("audit-order", follow_up), sent).status_code == 403
    client = client_of(secretariat)
    first, second = (client.post(page("audit-order", follow_up), sent) for _turn in range(2))
    audit = Audit.objects.get()
    assert first.url == second.url == page("audit-detail", audit)
    assert (audit.price_ore, audit.payer, audit.number) == (4_850_000, "cooperation", 1)
    shown = client_of(buyer).get(page("follow-up-detail", follow_up)).text
    assert page("audit-detail", audit) in shown


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "factory"}, "facility"),
        ({"kind": "x"}, "kind"),
        ({"kind": "\x00"}, "kind"),
        ({"scope": ""}, "scope"),
        ({"ordered_on": in_days(1)}, "ordered_on"),
        ({"planned_on": in_days(-2)}, "planned_on"),
        ({"price_ore": "mycket"}, "price_ore"),
        ({"payer": "supplier"}, "payer_reason"),
        ({"framework": "\x00"}, "framework"),
        ({"facility": "finns inte"}, "facility"),
    ],
)
def test_a_bad_order_is_a_sentence_at_its_field(change, field, client_of, secretariat, follow_up):
    sent = {"submission": SUBMISSION, "kind": "office", "scope": "both", "ordered_on": in_days(-1)} | change
    answer = client_of(secretariat).post(page("audit-order", follow_up), sent | {"order_reference": "Min referens"})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert "Min referens" in answer.text
    assert not Audit.objects.exists()


def test_a_follow_up_audit_says_what_it_follows(client_of, secretariat, follow_up):
    first = AuditFactory(follow_up=follow_up, carried_out=-3)
    sent = {"submission": SUBMISSION, "kind": "follow_up", "scope": "both", "ordered_on": in_days(0)}
    client = client_of(secretariat)
    assert list(client.post(page("audit-order", follow_up), sent).context["form"].errors) == ["follows"]
    client.post(page("audit-order", follow_up), sent | {"follows": first.public_id})
    assert Audit.objects.get(number=2).follows == first


def test_neighbour_sees_no_audit_and_once_it_is_shared_nothing_of_costs_and_people(
    client_of, neighbour, reader, buyer, audit
):
    RoleMet.objects.create(audit=audit, role="Skyddsombud på golvet", people=2, created_by=audit.created_by)
    DocumentRequestFactory(audit=audit, title="Intern policy")
    url = page("audit-detail", audit)
    assert client_of(neighbour).get(url).status_code == 404
    FollowUp.objects.update(sharing_tier="regions", shared_at=clock.now(), shared_by=audit.created_by)
    secrets = ("77", "Hemlig dagordning", "Rita Revisor", "Skyddsombud på golvet", "Intern policy")
    own = client_of(buyer).get(url).text
    assert [secret for secret in secrets if secret not in own] == []
    for user in (neighbour, reader):
        shown = client_of(user).get(url).text
        assert [secret for secret in secrets[1:] if secret in shown] == []
        assert "77\xa0000" not in shown
        assert client_of(user).get(page("audit-book", audit)).status_code == 403


def test_an_unannounced_audit_is_hidden_from_those_it_does_not_concern_until_it_is_carried_out(
    client_of, reader, buyer, follow_up
):
    FollowUp.objects.update(sharing_tier="regions", shared_at=clock.now(), shared_by=follow_up.created_by)
    audit = AuditFactory(follow_up=follow_up, booked=5, is_unannounced=True)
    url = page("audit-detail", audit)
    assert client_of(reader).get(url).status_code == 404
    assert url not in client_of(reader).get(page("follow-up-detail", follow_up)).text
    assert client_of(buyer).get(url).status_code == 200
    Audit.objects.update(carried_out_on=clock.today(), carried_out_at=clock.now(), carried_out_by=audit.created_by)
    assert client_of(reader).get(url).status_code == 200


def test_a_confidential_facility_is_named_to_those_alone_who_may_see_it(client_of, buyer, secretariat, follow_up):
    facility = FacilityFactory(supplier=follow_up.supplier, name="Hemliga verket")
    audit = AuditFactory(follow_up=follow_up, kind="factory", facility=facility, payer="supplier")
    assert "Hemliga verket" in client_of(secretariat).get(page("audit-detail", audit)).text
    assert "Hemliga verket" not in client_of(buyer).get(page("audit-detail", audit)).text


def test_the_second_who_books_gets_a_comparison_and_the_text_stays(client_of, buyer, audit):
    sent = {"version": audit.version, "planned_on": in_days(6), "auditor_language": "sv", "place": "Först"}
    client = client_of(buyer)
    assert client.post(page("audit-book", audit), sent).status_code == 302
    lost = client.post(page("audit-book", audit), sent | {"place": "Sedan"})
    assert lost.status_code == 409
    assert "Sedan" in lost.text
    assert "Först" in lost.text
    audit.refresh_from_db()
    assert audit.place == "Först"


def test_dates_in_the_wrong_order_are_told_at_their_fields(client_of, buyer, audit):
    client = client_of(buyer)
    early = client.post(page("audit-carry-out", audit), {"carried_out_on": in_days(-61)})
    assert list(early.context["form"].errors) == ["carried_out_on"]
    client.post(page("audit-carry-out", audit), {"carried_out_on": in_days(-2)})
    audit.refresh_from_db()
    assert audit.carried_out_on == clock.today() - timedelta(days=2)
    invoice = {"version": audit.version, "invoice_number": "F1", "actual_ore": "50 000", "invoiced_on": in_days(-3)}
    refused = client.post(page("audit-invoice", audit), invoice)
    assert list(refused.context["form"].errors) == ["invoiced_on"]
    assert "F1" in refused.text
    assert client.post(page("audit-invoice", audit), invoice | {"invoiced_on": in_days(-1)}).status_code == 302
    audit.refresh_from_db()
    assert audit.actual_ore == 5_000_000


def test_the_second_who_enters_an_invoice_compares_kronor(client_of, buyer, audit):
    client = client_of(buyer)
    client.post(page("audit-carry-out", audit), {"carried_out_on": in_days(-2)})
    audit.refresh_from_db()
    sent = {"version": audit.version, "invoice_number": "F1", "actual_ore": "50 000", "invoiced_on": in_days(-1)}
    assert client.post(page("audit-invoice", audit), sent).status_code == 302
    lost = client.post(page("audit-invoice", audit), sent | {"actual_ore": "60 000,50"})
    assert lost.status_code == 409
    assert [(row.mine, row.theirs) for row in lost.context["comparisons"]] == [
        ("60\xa0000,50\xa0kr", "50\xa0000\xa0kr")
    ]


def test_an_old_tab_on_an_approved_audit_keeps_what_was_typed(client_of, buyer, follow_up):
    audit = AuditFactory(follow_up=follow_up, carried_out=-3, approved_at=clock.now(), approved_by=follow_up.created_by)
    url = reverse("followups:judgement-edit", args=[audit.public_id, "2023-1"])
    answer = client_of(buyer).post(url, {"version": 0, "judgement": "partly", "note": "Min sena anteckning"})
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert "Min sena anteckning" in answer.text
    assert not AuditJudgement.objects.exists()


def test_the_checklist_leads_from_one_requirement_to_the_next(client_of, buyer, audit):
    url = reverse("followups:judgement-edit", args=[audit.public_id, "2023-1"])
    client = client_of(buyer)
    answer = client.post(url, {"version": 0, "judgement": "partly", "note": "Policyn är från 2019", "next": "1"})
    assert answer.url == reverse("followups:judgement-edit", args=[audit.public_id, "2023-2"])
    assert "Policyn är från 2019" in client.get(page("audit-detail", audit)).text
    lost = client.post(url, {"version": 0, "judgement": "not", "note": "En annan text"})
    assert lost.status_code == 409
    assert "En annan text" in lost.text
    other = reverse("followups:judgement-edit", args=[audit.public_id, "2016-1"])
    assert client.get(other).status_code == 404


def test_what_looks_like_a_name_is_asked_about_once(client_of, buyer, audit):
    sent = {"submission": SUBMISSION, "role": "VD Anna Svensson", "people": "1"}
    client = client_of(buyer)
    asked = client.post(page("role-add", audit), sent)
    assert list(asked.context["form"].errors) == ["role"]
    assert 'name="is_role"' in asked.text
    assert not RoleMet.objects.exists()
    client.post(page("role-add", audit), sent | {"role": "Region Norrlands samordnare", "is_role": "on"})
    assert RoleMet.objects.get().role == "Region Norrlands samordnare"


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("Skyddsombud", False),
        ("HR-chef och inköpare", False),
        ("Hållbarhetschef", False),
        ("Anna Svensson", True),
        ("ombudet Åsa Öberg-Lind", True),
        ("Production manager", False),
    ],
)
def test_names_are_known_by_their_capitals(text, doubted):
    assert looks_like_a_name(text) is doubted


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_what_an_audit_holds(
    count, client_of, secretariat, follow_up, django_assert_num_queries
):
    audit = AuditFactory(follow_up=follow_up, booked=5)
    for number in range(count):
        RoleMet.objects.create(audit=audit, role=f"Roll {number}", people=1, created_by=audit.created_by)
        DocumentRequestFactory(audit=audit)
        FindingDraftFactory(audit=audit, created_by=actor_of(secretariat))
    client = client_of(secretariat)
    client.get(page("audit-detail", audit))
    with django_assert_num_queries(13):
        client.get(page("audit-detail", audit))


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_a_follow_up_do_not_grow_with_its_audits(
    count, client_of, secretariat, follow_up, django_assert_num_queries
):
    for _number in range(count):
        DocumentRequestFactory(audit=AuditFactory(follow_up=follow_up, booked=5))
    with django_assert_num_queries(2):
        section(secretariat, follow_up)
    link = link_for(follow_up, Holder.SUPPLIER, "anna@leverantor.example")
    with django_assert_num_queries(3):
        outside_section(link)


def test_agreements_are_kept_by_the_secretariat(client_of, secretariat, buyer, reader):
    sent = {"firm": "Granskarna AB", "number": "7", "valid_from": "2026-01-01", "valid_to": "2025-01-01"}
    url = reverse("followups:framework-add")
    assert client_of(buyer).post(url, sent).status_code == 403
    assert client_of(reader).get(reverse("followups:framework-list")).status_code == 403
    client = client_of(secretariat)
    assert list(client.post(url, sent).context["form"].errors) == ["valid_to"]
    assert client.post(url, sent | {"valid_to": ""}).status_code == 302
    assert list(client.post(url, sent | {"valid_to": ""}).context["form"].errors) == ["number"]
    assert "Granskarna AB" in client_of(buyer).get(reverse("followups:framework-list")).text


# --- Those outside ------------------------------------------------------------------------------------------


def test_the_auditor_sees_the_booked_audit_and_no_other(follow_up, audit):
    link = link_for(follow_up)
    others = [
        AuditFactory(follow_up=follow_up, booked=3, auditor_email="annan@revision.example"),
        AuditFactory(follow_up=FollowUpFactory(lead_region=RegionFactory(code="12")), booked=3),
    ]
    client = holding(link)
    start = client.get(reverse("followups:outside-start", args=[link.public_id])).text
    assert outside("audit-detail", link, audit) in start
    shown = client.get(outside("audit-detail", link, audit)).text
    assert "Hemlig dagordning" in shown
    assert "77\xa0000" not in shown
    for other in others:
        assert client.get(outside("audit-detail", link, other)).status_code == 404
        assert client.post(outside("draft-save", link, other), {}).status_code == 404


def test_the_auditor_reads_what_the_supplier_has_submitted_and_does_not_claim_as_secret(follow_up, audit):
    assessment, link = sent(follow_up), link_for(follow_up)
    write(assessment, **(ANSWERS | {"number": "7341"}))
    url = outside("audit-detail", link, audit)
    assert holding(link).get(url).context["told"] == []
    claim_secrecy(by=BY, assessment=assessment, answers={"number": "Konkurrenter läser av vår volym"}, files={})
    submitted(assessment, number="7341")
    page_ = holding(link).get(url)
    assert [question.key for question, _said, _replies in page_.context["told"]] == ["policy", "mapping", "country"]
    assert "7341" not in page_.text


def test_the_auditor_judges_notes_and_hands_in(follow_up, audit):
    link = link_for(follow_up)
    client = holding(link)
    url = outside("judgement-edit", link, audit, "2023-1")
    assert client.post(url, {"version": 0, "judgement": "fulfilled", "note": ""}).status_code == 302
    client.post(outside("role-add", link, audit), {"submission": SUBMISSION, "role": "Skyddsombud", "people": 2})
    assert client.post(outside("audit-hand-in", link, audit), {"carried_out_on": in_days(0)}).status_code == 302
    audit.refresh_from_db()
    assert (audit.state, audit.handed_in_by.link) == ("handed_in", link.public_id)
    late = client.post(url, {"version": 1, "judgement": "not", "note": "För sent skrivet"})
    assert late.context["form"].non_field_errors()
    assert "För sent skrivet" in late.text
    assert AuditJudgement.objects.get().judgement == "fulfilled"
    assert url not in client.get(outside("audit-detail", link, audit)).text


def test_a_supplier_sends_what_an_audit_asks_for(follow_up, audit):
    wanted = DocumentRequestFactory(audit=audit, title="Riskanalys 2026")
    link = link_for(follow_up, Holder.SUPPLIER, "anna@leverantor.example")
    client = holding(link)
    url = outside("document-send", link, wanted)
    start = client.get(reverse("followups:outside-start", args=[link.public_id])).text
    assert url in start
    assert "Hemlig dagordning" in start
    empty = client.post(url, {"sent": "1"})
    assert list(empty.context["form"].errors) == ["documents"]
    bad = client.post(url, {"documents": SimpleUploadedFile("analys.pdf", b"MZ")})
    assert list(bad.context["form"].errors) == ["documents"]
    content = pdf()
    assert client.post(url, {"documents": SimpleUploadedFile("analys.pdf", content)}).status_code == 302
    wanted.refresh_from_db()
    assert wanted.received_by.link == link.public_id
    document = AuditDocument.objects.get()
    auditor = link_for(follow_up)
    answer = holding(auditor).get(outside("audit-document", auditor, document))
    assert b"".join(answer.streaming_content) == content
    assert client.get(outside("audit-document", link, document)).status_code == 404
    assert client.get(outside("audit-detail", link, audit)).status_code == 404


def test_a_supplier_learns_nothing_of_what_comes_unannounced(follow_up):
    audit = AuditFactory(follow_up=follow_up, booked=5, is_unannounced=True, place="Fabriken")
    link = link_for(follow_up, Holder.SUPPLIER, "anna@leverantor.example")
    start = reverse("followups:outside-start", args=[link.public_id])
    assert "audit-" + audit.public_id not in holding(link).get(start).text
    Audit.objects.update(carried_out_on=clock.today(), carried_out_at=clock.now(), carried_out_by=audit.created_by)
    assert "audit-" + audit.public_id in holding(link).get(start).text
