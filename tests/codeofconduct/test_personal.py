"""What points at a person is told before all regions read it, and stays only where that is meant."""

import pytest
from django.urls import reverse

from codeofconduct.models import Enquiry, Guidance
from codeofconduct.personal import personal_data_in
from portal import clock
from tests.codeofconduct.factories_knowledge import answered, make_enquiry

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
    ],
)
def test_what_points_at_a_person_is_found(text, found):
    assert personal_data_in(text, ["Ann Ek"]) == found


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
