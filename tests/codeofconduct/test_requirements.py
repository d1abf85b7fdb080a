"""Requirement sets: proposing, comparing, deciding, and the text for a tender."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from codeofconduct.actions.requirements import (
    add_topic,
    adopt_variant,
    begin_requirement_set,
    comment_on_variant,
    decline_variant,
    reword_variant,
)
from codeofconduct.enums import Level, ProposalState
from codeofconduct.models import (
    PurchaseCategory,
    RequirementComment,
    RequirementSet,
    RequirementTopic,
    SustainabilityRequirement,
)
from codeofconduct.presentation.variants import rows_of
from codeofconduct.queries.requirements import sets_listed, variants_compared
from portal.history.versions import StaleVersionError
from regions.models import Region
from tests.codeofconduct.factories_requirements import (
    BY,
    make_adopted,
    make_proposal,
    make_set,
    make_topic,
    make_wording,
)
from tests.factories import CategoryFactory, RegionFactory

pytestmark = pytest.mark.django_db
LIST = reverse("codeofconduct:requirement-set-list")


def page(name: str, row) -> str:
    return reverse(f"codeofconduct:{name}", args=[row.public_id])


def typed(**told) -> dict[str, str]:
    usual = {"level": "basic", "text_sv": "Nytt krav.", "verification_sv": "Intyg.", "area": "environment"}
    return {**usual, **told}


# --- Writing ----------------------------------------------------------------------------------------------------


def test_beginning_and_adding_twice_makes_one():
    category = CategoryFactory()
    first = begin_requirement_set(by=BY, category=category)
    assert begin_requirement_set(by=BY, category=category) == first
    topic = add_topic(by=BY, requirement_set=first, title_sv="Bomull")
    assert add_topic(by=BY, requirement_set=first, title_sv="Bomull") == topic
    assert add_topic(by=BY, requirement_set=first, title_sv="Ull").number == 2


def test_proposals_are_numbered_and_the_same_one_is_made_once():
    topic = make_topic()
    first, second = make_proposal(topic), make_proposal(topic, text_sv="Annat.")
    assert (first.edition, second.edition) == (1, 2)
    assert make_proposal(topic) == first


def test_adopting_replaces_what_stood_at_the_level(secretariat):
    topic = make_topic()
    before, other_level = make_adopted(topic), make_adopted(topic, level=Level.ADVANCED)
    proposal = make_proposal(topic, text_sv="Nytt.")
    adopted = adopt_variant(by=secretariat, requirement=proposal, version=proposal.version, note="Enigt. ")
    before.refresh_from_db()
    other_level.refresh_from_db()
    assert (adopted.state, adopted.decision_note) == (ProposalState.ADOPTED, "Enigt.")
    assert str(adopted.decided_by) == str(secretariat)
    assert (before.state, str(before.decided_by)) == (ProposalState.REPLACED, "test")
    assert other_level.state == ProposalState.ADOPTED


def test_what_is_decided_stays_decided():
    adopted = make_adopted()
    for write in (
        lambda: adopt_variant(by=BY, requirement=adopted, version=adopted.version),
        lambda: decline_variant(by=BY, requirement=adopted, version=adopted.version, reason="Nej"),
        lambda: reword_variant(by=BY, requirement=adopted, version=adopted.version, wording=make_wording()),
    ):
        with pytest.raises(ValidationError, match="redan avgjort"):
            write()
    adopted.refresh_from_db()
    assert adopted.state == ProposalState.ADOPTED


def test_declining_needs_a_reason():
    proposal = make_proposal()
    with pytest.raises(ValidationError):
        decline_variant(by=BY, requirement=proposal, version=proposal.version, reason="  ")
    declined = decline_variant(by=BY, requirement=proposal, version=proposal.version, reason="För dyrt")
    assert (declined.state, declined.decision_note) == (ProposalState.DECLINED, "För dyrt")


def test_nobody_decides_on_what_was_changed_meanwhile():
    proposal = make_proposal()
    reword_variant(by=BY, requirement=proposal, version=1, wording=make_wording(text_sv="Ändrat."))
    with pytest.raises(StaleVersionError):
        adopt_variant(by=BY, requirement=proposal, version=1)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.text_sv) == (ProposalState.PROPOSED, "Ändrat.")


def test_the_same_comment_is_said_once(buyer):
    proposal, region = make_proposal(), Region.objects.get(code="23")
    for _twice in range(2):
        comment_on_variant(by=buyer, requirement=proposal, region=region, text="Bra.")
    assert RequirementComment.objects.count() == 1


# --- Who gets which answer ----------------------------------------------------------------------------------------


def test_reader_sees_what_is_adopted_and_nothing_of_the_talk(client_of, reader, buyer):
    topic = make_topic()
    make_adopted(topic, text_sv="Antaget krav.")
    proposal = make_proposal(topic, text_sv="Hemligt förslag.", by=buyer)
    comment_on_variant(by=buyer, requirement=proposal, region=None, text="Hemlig kommentar.")
    answer = client_of(reader).get(page("requirement-topic-detail", topic)).text
    assert "Antaget krav." in answer
    assert "Hemligt förslag." not in answer
    assert "Hemlig kommentar." not in answer
    seen = client_of(buyer).get(page("requirement-topic-detail", topic)).text
    assert "Hemligt förslag." in seen
    assert "Hemlig kommentar." in seen
    for name in ("variant-edit", "variant-comment", "variant-adopt"):
        assert client_of(reader).get(page(name, proposal)).status_code == 404


def test_proposal_is_changed_by_its_own_region_only(client_of, buyer, neighbour, secretariat):
    proposal = make_proposal(region=Region.objects.get(code="23"))
    url = page("variant-edit", proposal)
    assert client_of(neighbour).post(url, typed(version=1)).status_code == 403
    assert client_of(secretariat).post(url, typed(version=1)).status_code == 403
    assert client_of(buyer).post(url, typed(version=1)).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.text_sv, proposal.version) == ("Nytt krav.", 2)


def test_deciding_is_the_secretariats(client_of, buyer, secretariat):
    proposal = make_proposal()
    assert client_of(buyer).post(page("variant-adopt", proposal), {"version": 1}).status_code == 403
    assert client_of(secretariat).post(page("variant-adopt", proposal), {"version": 1}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.ADOPTED


def test_stranger_has_nothing(client_of, stranger):
    topic = make_topic()
    for url in (LIST, page("requirement-set-detail", topic.requirement_set), page("requirement-topic-detail", topic)):
        assert client_of(stranger).get(url).status_code == 404


# --- Pages --------------------------------------------------------------------------------------------------------


def test_staff_begins_a_set_with_a_topic(client_of, secretariat):
    category, client = CategoryFactory(name="Livsmedel"), client_of(secretariat)
    answer = client.post(reverse("codeofconduct:requirement-set-create"), {"category": category.public_id})
    begun = RequirementSet.objects.get(category=category)
    assert answer["Location"] == page("requirement-set-detail", begun)
    client.post(page("requirement-topic-add", begun), {"title_sv": "Kött", "title_en": "Meat"})
    topic = RequirementTopic.objects.get()
    assert (topic.requirement_set, topic.number, topic.title_en) == (begun, 1, "Meat")
    again = client.post(reverse("codeofconduct:requirement-set-create"), {"category": category.public_id})
    assert "Choose a category that has no" in str(again.context["form"].errors) or again.status_code == 200
    assert RequirementSet.objects.count() == 1


def test_buyer_proposes_for_the_own_region(client_of, buyer):
    topic = make_topic()
    answer = client_of(buyer).post(page("variant-propose", topic), typed(stage="processing"))
    made = SustainabilityRequirement.objects.get()
    assert answer["Location"].endswith(f"#variant-{made.public_id}")
    assert (made.region.code, made.state, made.stage) == ("23", "proposed", "processing")
    assert made.created_by.user == buyer


def test_buyer_of_two_regions_says_for_which(client_of, buyer):
    from regions.models import Membership
    from tests.factories import system

    other = RegionFactory(code="25")
    Membership.objects.create(user=buyer, role="buyer", region=other, valid_from="2020-01-01", created_by=system())
    topic, client = make_topic(), client_of(buyer)
    refused = client.post(page("variant-propose", topic), typed())
    assert list(refused.context["form"].errors) == ["region"]
    client.post(page("variant-propose", topic), typed(region="25"))
    assert SustainabilityRequirement.objects.get().region == other


def test_proposal_starts_from_another_one(client_of, buyer):
    adopted = make_adopted(text_sv="Grunden.")
    url = f"{page('variant-propose', adopted.topic)}?start={adopted.public_id}"
    assert "Grunden." in client_of(buyer).get(url).text
    elsewhere = make_adopted(make_topic("Annat", make_set("Livsmedel")), text_sv="Någon annans.")
    other = f"{page('variant-propose', adopted.topic)}?start={elsewhere.public_id}"
    assert "Någon annans." not in client_of(buyer).get(other).text


def test_a_wrong_proposal_comes_back_with_what_was_typed(client_of, buyer):
    topic = make_topic()
    answer = client_of(buyer).post(page("variant-propose", topic), {"level": "basic", "text_sv": "Halvt krav"})
    assert set(answer.context["form"].errors) == {"verification_sv", "area"}
    assert "Halvt krav" in answer.text
    assert not SustainabilityRequirement.objects.exists()


def test_a_lost_race_shows_both_texts(client_of, buyer):
    proposal = make_proposal(region=Region.objects.get(code="23"))
    reword_variant(by=BY, requirement=proposal, version=1, wording=make_wording(text_sv="Kollegans text"))
    answer = client_of(buyer).post(page("variant-edit", proposal), typed(version=1, text_sv="Min text"))
    assert answer.status_code == 409
    assert "Kollegans" in answer.text
    assert "Min" in answer.text
    proposal.refresh_from_db()
    assert proposal.text_sv == "Kollegans text"


def test_a_decision_on_an_old_page_is_asked_again(client_of, secretariat):
    proposal = make_proposal()
    reword_variant(by=BY, requirement=proposal, version=1, wording=make_wording(text_sv="Ändrat krav."))
    answer = client_of(secretariat).post(page("variant-adopt", proposal), {"version": 1, "note": "Ja"})
    assert answer.status_code == 409
    assert "Ändrat krav." in answer.text
    assert client_of(secretariat).post(page("variant-adopt", proposal), {"version": 2}).status_code == 302


def test_topic_is_renamed_once_at_a_time(client_of, secretariat):
    topic, client = make_topic(), client_of(secretariat)
    url = page("requirement-topic-edit", topic)
    assert client.post(url, {"title_sv": "Ny titel", "title_en": "", "version": 1}).status_code == 302
    assert client.post(url, {"title_sv": "Tredje", "title_en": "", "version": 1}).status_code == 409
    topic.refresh_from_db()
    assert topic.title_sv == "Ny titel"


def test_variants_of_a_level_are_measured_by_the_adopted_one(secretariat):
    topic = make_topic()
    make_adopted(topic, text_sv="Leverantören visar kartan.")
    make_proposal(topic, text_sv="Leverantören visar hela kartan.")
    make_proposal(topic, level=Level.ADVANCED, text_sv="Mer.")
    basic, advanced = rows_of(variants_compared(secretariat, topic))
    assert (basic.level, len(basic.columns), advanced.level) == (Level.BASIC, 2, Level.ADVANCED)
    assert basic.columns[0].is_measure
    assert [text for text, differs in basic.columns[1].text if differs] == ["hela "]
    assert not advanced.is_marked


def test_set_page_shows_the_level_that_was_chosen(client_of, reader):
    topic = make_topic()
    make_adopted(topic, text_sv="Baskrav.")
    make_adopted(topic, level=Level.ADVANCED, text_sv="Avancerat krav.")
    url = page("requirement-set-detail", topic.requirement_set)
    both = client_of(reader).get(url).text
    assert "Baskrav." in both
    assert "Avancerat krav." in both
    assert "Baskrav." not in client_of(reader).get(f"{url}?level=advanced").text


def test_sets_are_counted_and_narrowed(client_of, secretariat, reader):
    topic = make_topic(requirement_set=make_set("Äpplen"))
    make_adopted(topic)
    make_adopted(topic, level=Level.ADVANCED)
    make_proposal(topic, text_sv="Öppet.")
    make_set("Zinksalva")
    listed = sets_listed(secretariat).get(category__name="Äpplen")
    assert (listed.topic_count, listed.basic_count, listed.advanced_count, listed.open_count) == (1, 1, 1, 1)
    assert sets_listed(reader).get(category__name="Äpplen").open_count == 0

    def names(query: str) -> list[str]:
        return [row.category.name for row in client_of(secretariat).get(f"{LIST}?{query}").context["page"].rows]

    assert names("") == ["Zinksalva", "Äpplen"]
    assert names("open=on") == ["Äpplen"]
    assert names("q=zink") == ["Zinksalva"]


@pytest.mark.parametrize("name", ["requirement-set-list", "requirement-set-detail", "requirement-topic-detail"])
def test_queries_do_not_grow_with_rows(name, client_of, secretariat, buyer):
    client = client_of(secretariat)
    counts = []
    for number in range(1, 4):
        topic = make_topic(f"Ämne {number}", make_set("Livsmedel"))
        make_set(f"Kategori {number}")
        make_adopted(topic)
        first = RequirementTopic.objects.get(number=1)
        proposal = make_proposal(first, text_sv=f"Förslag {number}", by=buyer, region=Region.objects.get(code="23"))
        comment_on_variant(by=buyer, requirement=proposal, region=None, text=f"Kommentar {number}")
        url = (
            LIST
            if name == "requirement-set-list"
            else page(name, first if name == "requirement-topic-detail" else first.requirement_set)
        )
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[-1]


# --- Text for a tender --------------------------------------------------------------------------------------------


def test_tender_text_is_numbered_and_ends_lines_as_windows_does(client_of, reader):
    requirement_set = make_set("Kläder/textil")
    cotton, wool = make_topic("Bomull", requirement_set), make_topic("Ull", requirement_set)
    make_adopted(cotton, text_sv="Första raden.\nAndra raden.", text_en="First line.", verification_en="Shown.")
    make_adopted(cotton, level=Level.ADVANCED, text_sv="Mer om bomull.")
    make_adopted(wool, level=Level.ADVANCED, text_sv="Om ull.")
    make_proposal(wool, text_sv="Inte antaget.")
    url = page("requirement-set-download", requirement_set)
    answer = client_of(reader).get(f"{url}?language=sv")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "Kl%C3%A4der-textil" in answer["Content-Disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    text = answer.content.decode("utf-8-sig")
    assert "\n" not in text.replace("\r\n", "")
    lines = text.split("\r\n")
    assert lines[3] == "1. Bomull"
    assert "Första raden." in lines
    assert "2. Ull" in lines
    assert "Inte antaget." not in text
    assert [line[:3] for line in lines if line[:3] in {"1.1", "1.2", "2.1"}] == ["1.1", "1.2", "2.1"]
    advanced = client_of(reader).get(f"{url}?level=advanced").content.decode("utf-8-sig")
    assert "Första raden." not in advanced
    english = client_of(reader).get(f"{url}?language=en&level=basic").content.decode("utf-8-sig")
    assert "1. Bomull (en)" in english
    assert "First line." in english
    assert "How it is verified:\r\nShown." in english


def test_tender_text_says_what_is_not_translated(client_of, reader):
    requirement_set = make_adopted().topic.requirement_set
    text = client_of(reader).get(f"{page('requirement-set-export', requirement_set)}?language=en").context["text"]
    assert "Leverantören känner sin kedja." in text
    assert "(Not all of this text is translated from Swedish.)" in text


def test_category_without_a_set_is_offered_once():
    make_set("Livsmedel")
    assert PurchaseCategory.objects.filter(requirement_set__isnull=True).count() == 0
