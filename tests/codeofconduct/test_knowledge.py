"""Questions to the secretariat: asked, registered, answered, corrected, found, and made guidance."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from codeofconduct.actions.knowledge import make_guidance
from codeofconduct.models import Enquiry, Guidance, GuidanceVersion
from codeofconduct.presentation.knowledge import attention_tiles
from portal import clock
from portal.history.versions import StaleVersionError
from portal.outbox.models import Message
from regions.models import Region
from tests.codeofconduct.factories_knowledge import BY, answered, make_enquiry
from tests.codeofconduct.factories_requirements import make_adopted, make_proposal, make_topic
from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("codeofconduct:knowledge")
ASK = reverse("codeofconduct:enquiry-ask")
REGISTER = reverse("codeofconduct:enquiry-register")
WAITING = reverse("codeofconduct:enquiry-waiting")
MINE = reverse("codeofconduct:enquiry-mine")


def page(name: str, enquiry: Enquiry) -> str:
    return reverse(f"codeofconduct:enquiry-{name}", args=[enquiry.public_id])


def subjects(answer) -> list[str]:
    return [row.enquiry.subject for row in answer.context["page"].rows]


def days_ago(days: int):
    return clock.today() - timedelta(days=days)


# --- Asking and registering ---------------------------------------------------------------------------------------


def test_buyer_asks_for_the_own_region_once(client_of, buyer):
    told = {"subject": "Vite", "question": "Får vi ta ut vite?", "area": "human_rights"}
    for _twice in range(2):
        answer = client_of(buyer).post(ASK, told)
    asked = Enquiry.objects.get()
    assert answer["Location"] == page("detail", asked)
    assert (asked.region.code, asked.channel, asked.asked_on) == ("23", "portal", clock.today())
    assert asked.created_by.user == buyer


def test_an_empty_question_comes_back(client_of, buyer):
    answer = client_of(buyer).post(ASK, {"subject": "Bara ämnet", "question": " "})
    assert list(answer.context["form"].errors) == ["question"]
    assert "Bara ämnet" in answer.text
    assert not Enquiry.objects.exists()


def test_asking_is_for_the_regions_and_registering_for_the_secretariat(client_of, reader, secretariat, buyer, stranger):
    assert client_of(reader).get(ASK).status_code == 403
    assert client_of(stranger).get(ASK).status_code == 404
    assert client_of(buyer).get(REGISTER).status_code == 403
    assert client_of(secretariat).get(WAITING).status_code == 200
    assert client_of(buyer).get(WAITING).status_code == 403


def test_question_from_a_call_is_registered_with_its_day(client_of, secretariat):
    told = {
        "channel": "telephone",
        "asked_by_name": "Bo Ek",
        "region": "23",
        "asked_on": str(days_ago(3)),
        "subject": "Vite",
        "question": "Hur mycket?",
    }
    Region.objects.get_or_create(code="23", defaults={"name": "R", "organisation_number": "232100-0023"})
    client_of(secretariat).post(REGISTER, told)
    registered = Enquiry.objects.get()
    assert (registered.channel, registered.asked_by_name, registered.asked_on) == ("telephone", "Bo Ek", days_ago(3))
    late = client_of(secretariat).post(REGISTER, {**told, "asked_on": str(days_ago(-1))})
    assert list(late.context["form"].errors) == ["asked_on"]
    assert Enquiry.objects.count() == 1


def test_a_call_that_was_answered_at_once_is_one_form(client_of, secretariat):
    told = {
        "channel": "telephone",
        "asked_by_name": "Bo Ek",
        "asked_on": str(days_ago(3)),
        "subject": "Vite",
        "question": "Hur mycket?",
        "answer": "Enligt avtalet.",
        "answered_on": str(days_ago(2)),
        "is_shared": "on",
    }
    client = client_of(secretariat)
    for _twice in range(2):
        answer = client.post(REGISTER, told)
    registered = Enquiry.objects.get()
    assert answer["Location"] == page("detail", registered)
    assert (registered.answer, registered.is_shared) == ("Enligt avtalet.", True)
    assert timezone.localdate(registered.answered_at) == days_ago(2)
    assert registered.answered_by.user == secretariat
    for name, day in {"answered_on": days_ago(4), "asked_on": days_ago(-1)}.items():
        assert list(client.post(REGISTER, {**told, name: str(day)}).context["form"].errors) == [name]
    assert list(client.post(REGISTER, {**told, "answer": ""}).context["form"].errors) == ["answer"]
    assert Enquiry.objects.count() == 1
    client.post(REGISTER, {**told, "is_shared": ""})
    assert [each.is_shared for each in Enquiry.objects.order_by("pk")] == [True, False]


# --- Who sees what ------------------------------------------------------------------------------------------------


def test_question_is_seen_by_its_region_and_its_answer_by_all_once_shared(client_of, buyer, neighbour, reader):
    region = Region.objects.get(code="23")
    enquiry = make_enquiry(region=region, asked_by_name="Hemlig Person", channel="mail")
    assert client_of(buyer).get(page("detail", enquiry)).status_code == 200
    for other in (neighbour, reader):
        assert client_of(other).get(page("detail", enquiry)).status_code == 404
    unshared = answered(enquiry, is_shared=False)
    assert client_of(neighbour).get(page("detail", enquiry)).status_code == 404
    answered(unshared, is_shared=True)
    seen = client_of(neighbour).get(page("detail", enquiry)).text
    assert "Så här." in seen
    assert "Hemlig Person" not in seen
    assert "Hemlig Person" in client_of(buyer).get(page("detail", enquiry)).text


def test_answering_is_the_secretariats(client_of, buyer):
    enquiry = make_enquiry(by=buyer)
    assert client_of(buyer).post(page("answer", enquiry), {}).status_code == 403
    assert client_of(buyer).post(page("publish", enquiry), {}).status_code == 403


def test_own_questions_are_those_of_the_region_too(client_of, buyer, neighbour):
    make_enquiry("Vår", region=Region.objects.get(code="23"))
    make_enquiry("Min", by=buyer)
    make_enquiry("Grannens", region=Region.objects.get(code="25"))
    rows = client_of(buyer).get(MINE).context["page"].rows
    assert [row.subject for row in rows] == ["Min", "Vår"]


# --- Answering ----------------------------------------------------------------------------------------------------


def test_who_asked_here_gets_a_mail_in_the_own_language(person, client_of, secretariat):
    asker = person("buyer", "23", email="asker@test.example", language="en")
    enquiry = make_enquiry(by=asker)
    told = {"version": 1, "subject": "Spårbarhet", "question": "Hur?", "answer": "Så.", "is_shared": "on"}
    assert client_of(secretariat).post(page("answer", enquiry), told).status_code == 302
    enquiry.refresh_from_db()
    assert (enquiry.answer, enquiry.answered_by.user, enquiry.is_shared) == ("Så.", secretariat, True)
    message = Message.objects.get()
    assert (message.to, message.language, message.kind) == ("asker@test.example", "en", "enquiry_answered")
    assert message.subject == "Your question is answered: Spårbarhet"
    assert page("detail", enquiry) in message.body


def test_no_mail_where_nobody_with_an_account_asked(person, buyer):
    answered(make_enquiry("Från ett mejl", by=buyer, channel="mail"))
    gone = person("buyer", "23", email="gone@test.example")
    enquiry = make_enquiry("Har slutat", by=gone)
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    answered(enquiry)
    assert not Message.objects.exists()


def test_a_corrected_answer_is_told_and_what_it_said_is_kept(buyer, client_of, secretariat):
    first = answered(make_enquiry(by=buyer), "Fel svar.")
    when = first.answered_at
    corrected = answered(first, "Rätt svar.", by=secretariat)
    answered(corrected, "Rätt svar.", is_shared=False, by=secretariat)
    kinds = [message.subject.partition(":")[0] for message in Message.objects.order_by("pk")]
    assert len(kinds) == 2
    assert kinds[0] != kinds[1]
    enquiry = Enquiry.objects.get()
    assert (enquiry.answer, enquiry.answered_at, enquiry.version) == ("Rätt svar.", when, 4)
    assert "Fel svar." in client_of(secretariat).get(page("detail", enquiry)).text


def test_the_same_answer_again_changes_nothing(buyer):
    enquiry = make_enquiry(by=buyer)
    first = answered(enquiry)
    assert answered(enquiry).version == first.version
    assert Message.objects.count() == 1
    with pytest.raises(StaleVersionError):
        answered(enquiry, "Något annat.")


def test_a_lost_race_shows_both_answers(client_of, secretariat):
    enquiry = make_enquiry()
    answered(enquiry, "Kollegans svar")
    told = {"version": 1, "subject": "Spårbarhet", "question": "Hur gör vi?", "answer": "Mitt svar", "is_shared": "on"}
    lost = client_of(secretariat).post(page("answer", enquiry), told)
    assert lost.status_code == 409
    assert "Kollegans" in lost.text
    assert "Mitt" in lost.text
    enquiry.refresh_from_db()
    assert enquiry.answer == "Kollegans svar"


# --- Guidance -----------------------------------------------------------------------------------------------------


def test_an_answer_becomes_guidance_in_one_step(client_of, secretariat, reader):
    enquiry = answered(make_enquiry("Vite", area="human_rights"), "Ta ut vite så här.")
    url = page("publish", enquiry)
    form = client_of(secretariat).get(url).context["form"]
    told = {name: form[name].value() or "" for name in form.fields}
    assert (told["title_sv"], told["body_sv"]) == ("Vite", "Ta ut vite så här.")
    assert client_of(secretariat).post(url, told).status_code == 302
    guidance = Guidance.objects.get()
    enquiry.refresh_from_db()
    assert (enquiry.guidance, guidance.area) == (guidance, "human_rights")
    version = GuidanceVersion.objects.in_force_on(clock.today()).get(guidance=guidance)
    assert version.sections.get().body_sv == "Ta ut vite så här."
    there = reverse("codeofconduct:guidance-detail", args=[guidance.public_id])
    assert there in client_of(reader).get(page("detail", enquiry)).text
    assert page("detail", enquiry) in client_of(reader).get(there).text
    assert client_of(secretariat).post(url, told).status_code == 302
    assert Guidance.objects.count() == 1


def test_nothing_becomes_guidance_before_it_is_answered():
    with pytest.raises(ValidationError, match="inget svar"):
        make_guidance(
            by=BY,
            enquiry=make_enquiry(),
            title_sv="Vite",
            title_en="",
            area="",
            category=None,
            sections=[("", "", "Text", "")],
            valid_from=clock.today(),
        )
    assert not Guidance.objects.exists()


# --- Finding ------------------------------------------------------------------------------------------------------


def test_answers_are_found_by_word_forms_area_and_category(client_of, reader):
    category = CategoryFactory(name="Livsmedel")
    answered(make_enquiry("Spårbarhet", area="environment", category=category), "Gäller alla upphandlingar.")
    answered(make_enquiry("Vite", area="human_rights"), "Ta ut vite.")
    make_enquiry("Obesvarad upphandling")
    client = client_of(reader)
    assert subjects(client.get(PAGE)) == ["Vite", "Spårbarhet"]
    assert subjects(client.get(f"{PAGE}?q=upphandling")) == ["Spårbarhet"]
    assert subjects(client.get(f"{PAGE}?area=human_rights")) == ["Vite"]
    assert subjects(client.get(f"{PAGE}?category={category.public_id}")) == ["Spårbarhet"]
    assert subjects(client.get(f"{PAGE}?q=fyrverkeri")) == []


def test_guidance_is_found_by_what_its_sections_say(client_of, reader):
    enquiry = answered(make_enquiry("Vite"), "Kläder från fabriken.")
    make_guidance(
        by=BY,
        enquiry=enquiry,
        title_sv="Vite vid brott",
        title_en="",
        area="human_rights",
        category=None,
        sections=[("", "", "Avropsstopp går före.", "")],
        valid_from=clock.today(),
    )
    client = client_of(reader)
    for query, titles in {"": ["Vite vid brott"], "q=avropsstopp": ["Vite vid brott"], "q=livsmedel": []}.items():
        found = client.get(f"{PAGE}?{query}").context["guidance"]
        assert [line.title_sv for line in found] == titles, query


def test_all_guidance_that_was_searched_for_is_behind_the_first_of_it(client_of, reader):
    enquiry = answered(make_enquiry("Vite"))
    told = {"by": BY, "title_en": "", "area": "", "category": None, "valid_from": clock.today()}
    for number in range(7):
        text = [("", "", "Avropsstopp går före.", "")]
        make_guidance(enquiry=answered(make_enquiry(f"Nr {number}")), title_sv=f"Råd {number}", sections=text, **told)
    make_guidance(enquiry=enquiry, title_sv="Livsmedel", sections=[("", "", "Annat.", "")], **told)
    client = client_of(reader)
    first = client.get(f"{PAGE}?q=avropsstopp")
    behind = f"{reverse('codeofconduct:guidance-list')}?q=avropsstopp"
    assert (len(first.context["guidance"]), behind in first.text) == (6, True)
    found = client.get(behind).context["page"].rows
    assert [line.title_sv for line in found] == [f"Råd {number}" for number in range(7)]


def test_the_oldest_question_waits_first_and_stands_on_the_start_page(client_of, secretariat, buyer):
    make_enquiry("Ny", asked_on=days_ago(1))
    make_enquiry("Gammal", asked_on=days_ago(20))
    answered(make_enquiry("Besvarad", asked_on=days_ago(30)))
    rows = client_of(secretariat).get(WAITING).context["page"].rows
    assert [(row.subject, row.days_waiting) for row in rows] == [("Gammal", 20), ("Ny", 1)]
    (tile,) = attention_tiles(secretariat)
    assert (tile.figure, tile.url, tile.late) == (2, WAITING, True)
    assert attention_tiles(buyer) == []


@pytest.mark.parametrize("url", [PAGE, WAITING, MINE])
def test_queries_do_not_grow_with_rows(url, client_of, secretariat, buyer):
    client, counts = client_of(buyer if url == MINE else secretariat), []
    for number in range(1, 4):
        category = CategoryFactory(name=f"Kategori {number}")
        region = Region.objects.get(code="23")
        answered(make_enquiry(f"Fråga {number}", by=buyer, region=region, category=category))
        make_enquiry(f"Väntar {number}", by=buyer, region=region, category=category)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[-1]


def test_the_search_finds_requirements_guidance_and_answers_as_far_as_one_sees(client_of, reader, buyer):
    enquiry = answered(make_enquiry("Spårbarhet i kedjan"))
    answered(make_enquiry("Spårbarhet hos oss", region=Region.objects.get(code="23")), is_shared=False)
    make_guidance(
        by=BY,
        enquiry=enquiry,
        title_sv="Spårbarhet steg för steg",
        title_en="",
        area="",
        category=None,
        sections=[("", "", "Fråga efter kartan.", "")],
        valid_from=clock.today(),
    )
    topic = make_topic("Spårbarhet för bomull")
    make_adopted(topic, text_sv="Antaget krav.")
    make_proposal(topic, text_sv="Föreslaget krav.")

    def found(user) -> str:
        return client_of(user).get(reverse("home:search"), {"q": "spårbarhet"}).text

    for text in ("i kedjan", "steg för steg", "för bomull", "Antaget"):
        assert text in found(reader)
    for text in ("hos oss", "Föreslaget"):
        assert text not in found(reader)
        assert text in found(buyer)
