"""What points at a person is told before all regions read it, and stays only where that is meant."""

import pytest
from django.urls import reverse

from codeofconduct.models import Enquiry, Guidance
from codeofconduct.personal import personal_data_in
from portal import clock
from tests.codeofconduct.factories_knowledge import answered, make_enquiry
from tests.factories import RegionFactory

pytestmark = pytest.mark.django_db
REGISTER = reverse("codeofconduct:enquiry-register")


def page(name: str, enquiry: Enquiry) -> str:
    return reverse(f"codeofconduct:enquiry-{name}", args=[enquiry.public_id])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Fråga bo.ek@region.example.", ["bo.ek@region.example"]),
        ("Ring 063-14 75 00 eller +46 70 123 45 67.", ["063-14 75 00", "+46 70 123 45 67"]),
        ("Född 19900131-2384.", ["19900131-2384"]),
        ("Bolaget 232100-0214, dnr RS/29/2022, CPV 03111000-2, avtal 2024-0113.", []),
        ("Fakta från Ann, Anns och Annika Ek, vid en ek.", ["Ann"]),
        ("Hälsningar Ann Ek", ["Ann Ek"]),
        ("Hälsningar Ek, Ann eller Ek Ann", ["Ann", "Ek Ann"]),
        ("Skriv till ann.ek@region.example.", ["ann.ek@region.example"]),
        ("Ring 0733456789, +46701234567 eller 0046701234567.", ["0733456789", "+46701234567", "0046701234567"]),
        ("Ring +46 (0)70-123 45 67 eller +46 (0) 63 14 75 00.", ["+46 (0)70-123 45 67", "+46 (0) 63 14 75 00"]),
        (
            "Ring 08-123 456 78 eller (070)\u00a0123\u00a045\u00a067.",
            ["08-123 456 78", "070)\u00a0123\u00a045\u00a067"],
        ),
        ("Född 850101 1239, 8501011239, 850161+1239.", ["850101 1239", "8501011239", "850161+1239"]),
        ("Sparat 2026-01-01 10:00, 10:00 2026-01-01 och 2026-08-01 10 30 00.", []),
        ("Från 850101 2026-01-01, 851301 1239, 850132-1239 och 1-850101-1239.", []),
        ("Artikel 0731234567890, avtal 2024-0733456789.", []),
    ],
)
def test_what_points_at_a_person_is_found(text, found):
    assert personal_data_in(text, ["Ann Ek"]) == found


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Anna Svensson, Region Skåne", "Jag, anna, frågar för Region Skåne. Svensson", ["anna", "Svensson"]),
        ("Svensson, Anna", "Annas fråga, ställd av Anna Svensson", ["Anna", "Anna Svensson"]),
        ("SVENSSON (Lund)", "Svenssons fråga", ["Svensson"]),
        ("Anna-Karin Ek", "Anna-Karins fråga om Karin och en ek", ["Anna-Karin"]),
        ("Ann Ek och Bo Li", "Bo Li och jag frågar från Lund", ["Bo Li"]),
        ("Karin Sven", "Karins svensk frågar: Svensson", ["Karin"]),
        ("Region Skåne", "Region Skåne frågar", []),
        ("", "Anna frågar", []),
    ],
)
def test_names_are_found_as_people_write_them(name, text, found):
    assert personal_data_in(text, [name], ["Region Skåne"]) == found


def test_the_name_of_a_region_points_at_nobody(client_of, secretariat):
    RegionFactory(code="12", name="Region Skåne")
    told = {
        "channel": "mail",
        "asked_by_name": "Anna Svensson, Region Skåne",
        "asked_on": str(clock.today()),
        "subject": "Vite",
        "question": "Får Region Skåne ta ut vite? Hälsningar anna",
        "answer": "Ja.",
        "is_shared": "on",
    }
    refused = client_of(secretariat).post(REGISTER, told).context["form"].errors["question"][0]
    assert ": anna." in refused
    client_of(secretariat).post(REGISTER, {**told, "question": "Får Region Skåne ta ut vite?"})
    assert Enquiry.objects.get().is_shared


def test_a_shared_answer_names_nobody_unless_that_is_meant(client_of, secretariat):
    enquiry = make_enquiry(question="Hej, jag heter Ann Ek.", channel="mail", asked_by_name="Ann Ek")
    told = {"version": 1, "subject": "Vite", "question": "Hej, jag heter Ann Ek.", "answer": "Ja.", "is_shared": "on"}
    client = client_of(secretariat)
    url = page("answer", enquiry)
    assert "persons_stay" not in client.get(url).context["form"].fields
    refused = client.post(url, told)
    assert list(refused.context["form"].errors) == ["question"]
    assert "Ann Ek" in refused.context["form"].errors["question"][0]
    enquiry.refresh_from_db()
    assert enquiry.answered_at is None
    client.post(url, {**told, "persons_stay": "on"})
    enquiry.refresh_from_db()
    assert (enquiry.answer, enquiry.is_shared) == ("Ja.", True)
    other = make_enquiry("Annan", channel="mail", asked_by_name="Ann Ek")
    client.post(page("answer", other), {**told, "is_shared": ""})
    other.refresh_from_db()
    assert (other.answer, other.is_shared) == ("Ja.", False)


def test_guidance_carries_no_address_over_from_its_answer(client_of, secretariat):
    enquiry = answered(make_enquiry("Vite"), "Skriv till bo.ek@region.example.", is_shared=False)
    url = page("publish", enquiry)
    client = client_of(secretariat)
    told = {"title_sv": "Vite", "body_sv": enquiry.answer, "valid_from": str(clock.today())}
    refused = client.post(url, told)
    assert list(refused.context["form"].errors) == ["body_sv"]
    assert "bo.ek@region.example" in refused.context["form"].errors["body_sv"][0]
    assert not Guidance.objects.exists()
    client.post(url, {**told, "body_sv": "Skriv till oss."})
    assert Guidance.objects.count() == 1


def test_a_registered_answer_names_nobody_either(client_of, secretariat):
    told = {
        "channel": "mail",
        "asked_by_name": "Ann Ek",
        "asked_on": str(clock.today()),
        "subject": "Vite",
        "question": "Hälsningar Ann",
        "answer": "Ja.",
    }
    client = client_of(secretariat)
    assert list(client.post(REGISTER, {**told, "is_shared": "on"}).context["form"].errors) == ["question"]
    client.post(REGISTER, told)
    assert Enquiry.objects.get().is_shared is False
