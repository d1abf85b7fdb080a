"""What anyone reads without a log-in: pages, feed, data and PDFs of what is published, and nothing else."""

import csv
import io
import json
from xml.etree import ElementTree

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from pypdfium2 import PdfDocument

from codeofconduct.models import PurchaseCategory
from followups.actions.summaries import PDF_JOB, publish_summary, withdraw_summary
from followups.models import SummaryEdition, SummaryPdf
from followups.opendata import FIELDS
from followups.tasks.summaries import keep, run_pdf
from portal.files.actions import store_file
from portal.history.models import SystemActor
from portal.jobs.models import Job
from tests.factories import CategoryFactory
from tests.followups.factories import FindingFactory, FollowUpFactory
from tests.followups.factories_outcome import DecisionFactory, OverrideFactory
from tests.followups.factories_summaries import SummaryFactory, published
from tests.needs import faults_of_pdf

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def at(name, *args):
    return reverse(f"published:{name}", args=args)


@pytest.fixture
def edition(secretariat):
    return published(secretariat)


@pytest.fixture
def withdrawn(secretariat):
    made = published(secretariat, text_sv="# Borttaget\n\nHemligt innehåll", text_en="# Gone\n\nSecret content")
    withdraw_summary(by=secretariat, edition=made, reason_sv="Uppgifterna var fel", reason_en="The facts were wrong")
    made.refresh_from_db()
    return made


def addresses(edition):
    category, summary = edition.category.public_id, edition.summary.public_id
    return [
        at("result-list", "sv"),
        at("result-list", "en"),
        at("result-category", "sv", category),
        at("result-detail", "sv", summary),
        at("result-detail", "en", summary),
        at("result-data", "en"),
        at("result-feed", "sv"),
        at("result-csv"),
        at("result-json"),
    ]


def test_everyone_reads_the_same(client_of, edition, secretariat):
    """Logged in or not: neither a name nor a token of a session stands on a page that caches keep."""
    anonymous, known = Client(), client_of(secretariat)
    for address in addresses(edition):
        answer = anonymous.get(address)
        assert answer.status_code == 200, address
        assert answer.content == known.get(address).content, address
        assert set(answer.headers["Cache-Control"].split(", ")) == {"public", "max-age=300"}
        assert answer.cookies == {}
    assert edition.supplier_name in anonymous.get(at("result-detail", "sv", edition.summary.public_id)).text


def test_what_has_not_changed_is_not_sent_again(edition, secretariat):
    for address in addresses(edition):
        answer = Client().get(address)
        again = Client().get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address
    withdraw_summary(by=secretariat, edition=edition, reason_sv="Fel", reason_en="Wrong")
    stale = answer.headers["ETag"]
    assert Client().get(at("result-json"), headers={"If-None-Match": stale}).status_code == 200


def test_the_address_says_the_language(edition):
    client = Client()
    client.cookies["django_language"] = "en"
    swedish = client.get(at("result-detail", "sv", edition.summary.public_id))
    english = client.get(at("result-detail", "en", edition.summary.public_id))
    assert (swedish.headers["Content-Language"], english.headers["Content-Language"]) == ("sv", "en")
    assert ('<html lang="sv">' in swedish.text, '<html lang="en">' in english.text) == (True, True)
    assert ("beslutat och används" in swedish.text, "decided upon and used" in english.text) == (True, True)
    assert client.get("/results/").headers["Location"] == at("result-list", "en")
    assert Client().get("/results/").headers["Location"] == at("result-list", "sv")
    assert client.get("/results/de/").status_code == 404


def test_the_log_in_page_leads_to_what_is_published():
    assert f'href="{at("result-start")}"' in Client().get(reverse("account_login")).text


def test_drafts_are_not_there():
    draft = SummaryFactory(text_sv="Bara ett utkast", text_en="But a draft")
    client = Client()
    assert client.get(at("result-detail", "sv", draft.public_id)).status_code == 404
    assert client.get(at("result-category", "sv", draft.follow_up.category.public_id)).status_code == 404
    for address in (at("result-list", "sv"), at("result-feed", "sv"), at("result-csv"), at("result-json")):
        answer = client.get(address)
        assert ("utkast" in answer.text, draft.public_id in answer.text) == (False, False), address


def test_no_method_but_reading(edition):
    for address in addresses(edition):
        assert {Client().post(address).status_code, Client().delete(address).status_code} == {405}


def test_what_is_internal_never_shows(secretariat):
    """Findings, decisions, a light's reason, names and the texts written after the edition."""
    follow_up = FollowUpFactory(contracts=["23"], state="closed")
    FindingFactory(follow_up=follow_up, text="kanariefågel-iakttagelse")
    DecisionFactory(follow_up=follow_up, reason="kanariefågel-beslut")
    OverrideFactory(follow_up=follow_up, reason="kanariefågel-ljus")
    edition = published(secretariat, follow_up=follow_up)
    summary = edition.summary
    summary.text_sv = "kanariefågel-utkast"
    summary.save(update_fields=["text_sv"])
    follow_up.contracts.update(title="kanariefågel-avtal")
    for address in addresses(edition):
        text = Client().get(address).text
        assert ("kanariefågel" in text, secretariat.name in text) == (False, False), address


def test_withdrawn_leaves_a_trace_and_nothing_more(edition, withdrawn):
    client = Client()
    page = client.get(at("result-detail", "sv", withdrawn.summary.public_id))
    assert (page.status_code, "Uppgifterna var fel" in page.text, "Hemligt" in page.text) == (410, True, False)
    rows = list(csv.DictReader(io.StringIO(client.get(at("result-csv")).text)))
    assert [row["id"] for row in rows] == [edition.summary.public_id]
    data = json.loads(client.get(at("result-json")).content)
    assert [each["id"] for each in data["withdrawn"]] == [withdrawn.summary.public_id]
    for address in addresses(edition):
        assert "Hemligt" not in client.get(address).text, address


def entries(language="sv"):
    root = ElementTree.fromstring(Client().get(at("result-feed", language)).content)
    return {
        entry.find(f"{ATOM}id").text: {tag: entry.find(f"{ATOM}{tag}").text for tag in ("title", "updated", "summary")}
        for entry in root.findall(f"{ATOM}entry")
    }


def test_feed_keeps_an_entry_while_it_changes(edition, secretariat):
    (identity, first), *_none = entries().items()
    summary = edition.summary
    summary.refresh_from_db()
    notes = {"change_note_sv": "Datumet rättat", "change_note_en": "Date corrected"}
    second = publish_summary(by=secretariat, summary=summary, version=summary.version, **notes)
    assert list(entries()) == [identity]
    corrected = entries()[identity]
    assert "Datumet rättat" in corrected["summary"]
    withdraw_summary(by=secretariat, edition=second, reason_sv="Fel", reason_en="Wrong")
    gone = entries()[identity]
    assert gone["updated"] >= corrected["updated"] >= first["updated"]
    assert len({first["title"], corrected["title"], gone["title"]}) == 3
    assert "Inga avvikelser" not in gone["summary"]
    assert "Wrong" in entries("en")[identity.replace("/sv/", "/en/")]["summary"]


def test_feed_survives_what_xml_cannot_hold(secretariat):
    odd = published(secretariat, text_sv="Tecken \x0b och \u2028 & < ]]>", text_en="x")
    assert at("result-detail", "sv", odd.summary.public_id) in "".join(entries())


def test_data_says_what_its_fields_mean(edition):
    data = json.loads(Client().get(at("result-json")).content)
    assert set(data["fields"]) == set(data["results"][0]) == {field.name for field in FIELDS}
    assert data["licence"]["name"]
    page = Client().get(at("result-data", "sv")).text
    assert [field.name for field in FIELDS if f"<code>{field.name}</code>" not in page] == []
    row = next(csv.DictReader(io.StringIO(Client().get(at("result-csv")).text)))
    assert (row["id"], row["light"], row["regions"], row["closed"]) == (
        edition.summary.public_id,
        "green",
        "23",
        "true",
    )


def test_a_formula_is_no_formula_in_the_data(secretariat):
    published(secretariat, text_sv="=1+1", text_en="@x")
    row = next(csv.DictReader(io.StringIO(Client().get(at("result-csv")).text)))
    assert (row["text_sv"], row["text_en"]) == ("'=1+1", "'@x")


def test_categories_count_what_stands(edition, withdrawn, secretariat):
    published(
        secretariat,
        follow_up=FollowUpFactory(category=CategoryFactory(name="Livsmedel"), contracts=["23"], state="closed"),
    )
    context = Client().get(at("result-list", "sv")).context
    assert [(each.category.name, each.total) for each in context["categories"]] == [
        ("Kirurgiska instrument", 1),
        ("Livsmedel", 1),
    ]
    assert (context["total"], dict(context["lights"])["green"]) == (2, 2)


def test_pages_ask_no_more_for_more(secretariat, django_assert_num_queries):
    for rows in (1, 3):
        while SummaryEdition.objects.count() < rows:
            published(secretariat)
        category = PurchaseCategory.objects.get()
        summary = SummaryEdition.objects.first().summary
        for address, queries in (
            (at("result-list", "sv"), 4),
            (at("result-category", "sv", category.public_id), 2),
            (at("result-detail", "sv", summary.public_id), 5),
            (at("result-csv"), 1),
            (at("result-feed", "sv"), 1),
        ):
            with django_assert_num_queries(queries):
                assert Client().get(address).status_code == 200


def test_pdf_is_for_everyone_once_it_is_made(edition):
    address = at("result-pdf", "sv", edition.summary.public_id)
    assert Client().get(address).status_code == 404
    stored = store_file(by=SystemActor("test"), name="s.pdf", content=b"%PDF x", media_type="application/pdf")
    job = Job.objects.get(kind=PDF_JOB, language="sv")
    keep(job, stored)
    keep(job, stored)
    answer = Client().get(address)
    assert (b"".join(answer.streaming_content), answer.headers["Cache-Control"]) == (b"%PDF x", "public, max-age=300")
    assert address in Client().get(at("result-detail", "sv", edition.summary.public_id)).text
    assert SummaryPdf.objects.count() == 1


def test_pdf_of_a_withdrawn_one_is_gone(edition, secretariat):
    stored = store_file(by=SystemActor("test"), name="s.pdf", content=b"%PDF x", media_type="application/pdf")
    keep(Job.objects.get(kind=PDF_JOB, language="sv"), stored)
    withdraw_summary(by=secretariat, edition=edition, reason_sv="Fel", reason_en="Wrong")
    assert Client().get(at("result-pdf", "sv", edition.summary.public_id)).status_code == 404


@pytest.mark.parametrize(("language", "word"), [("sv", "beslutat och används"), ("en", "decided upon and used")])
def test_pdf_says_what_the_page_says(language, word, edition):
    output = run_pdf(Job.objects.get(kind=PDF_JOB, language=language), lambda done, total: None)
    text = " ".join(page.get_textpage().get_text_bounded() for page in PdfDocument(output.content))
    text = " ".join(text.split())
    assert [word in text, edition.supplier_name in text, edition.summary.public_id in text] == [True, True, True]
    with pikepdf.open(io.BytesIO(output.content)) as pdf, pdf.open_metadata() as told:
        assert (told["pdfaid:part"], told["pdfuaid:part"]) == ("3", "1")


@pytest.mark.long
@pytest.mark.parametrize("language", ["sv", "en"])
def test_pdf_conforms(language, edition, tmp_path):
    path = tmp_path / "summary.pdf"
    path.write_bytes(run_pdf(Job.objects.get(kind=PDF_JOB, language=language), lambda done, total: None).content)
    assert faults_of_pdf(path) == []
