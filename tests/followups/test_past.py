"""History from before the portal: rows that come in, their reports in a zip, and what is never lost."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from followups.actions.past import attach_document, receive_archive
from followups.file_names import name_key_of
from followups.models import CorrectiveAction, EarlierDocument, Finding, FollowUp, PastFollowUp
from followups.queries.follow_ups import row_of, with_progress
from followups.queries.reuse import existing_for
from portal.files.checks import Upload
from tests.exchange.bringing import bring, counts, faults, look, take_out
from tests.factories import CategoryFactory, ContractFactory, RegionFactory, SupplierFactory
from tests.followups.factories import FollowUpFactory, SeverityFactory
from tests.followups.pages import page

pytestmark = pytest.mark.django_db
KIND = "past-follow-ups"
LIST = reverse("followups:past-list")
PDF = (Path(__file__).parent / "one_page.pdf").read_bytes()


@pytest.fixture
def register(db):
    """A contract of Jämtland Härjedalen with Norrmed, under clause 2023, its category, and the severities."""
    SeverityFactory()
    SeverityFactory(key="severe", is_severe=True, order=2)
    CategoryFactory(name="Kirurgiska instrument")
    return ContractFactory(
        region=RegionFactory(code="23"),
        supplier=SupplierFactory(name="Norrmed AB"),
        registration_number="RS/1-2021",
        title="Instrument",
    )


ROW = {
    "Nyckel": "HU 2024-1",
    "Leverantör": "Norrmed AB",
    "Inköpskategori": "Kirurgiska instrument",
    "Ansvarig region": "23",
    "Villkor": "2023",
    "Avtal": "RS/1-2021",
    "Typ": "kontorsrevision",
    "Genomförd": "2024-05-31",
    "Avslutad": "2024-11-15",
    "Ljus": "grön",
    "Avvikelser": "2: Två underleverantörer saknas\n3 allvarlig (barnarbete): Spärrad nödutgång",
    "Åtgärder": "1: Kompletterade bedömningen (senast 2024-09-01, klar 2024-08-20)",
    "Rapport": "Norrmed 2024.pdf",
    "Delad": "ja",
}


def file_of(folder, *rows, name="historik.csv"):
    path = folder / name
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(ROW), delimiter=";")
        writer.writeheader()
        writer.writerows(ROW | row for row in rows)
    return path


def packed(**files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


# --- Rows


def test_a_past_follow_up_comes_in_with_all_that_is_told(tmp_path, register):
    path = file_of(tmp_path, {})
    assert counts(look(KIND, path)) == (1, 0, 0, 0)
    assert not FollowUp.objects.exists()
    assert counts(bring(KIND, path)) == (1, 0, 0, 0)
    follow_up = FollowUp.objects.get()
    assert (follow_up.state, follow_up.sharing_tier, follow_up.supplier.name) == ("closed", "regions", "Norrmed AB")
    assert list(follow_up.contracts.all()) == [register]
    past = follow_up.past
    assert (past.key, past.kind, past.carried_out_on, past.light) == (
        "HU 2024-1",
        "office_audit",
        date(2024, 5, 31),
        "green",
    )
    assert list(follow_up.findings.values_list("requirement__number", "severe_type", "text")) == [
        (2, "", "Två underleverantörer saknas"),
        (3, "child_labour", "Spärrad nödutgång"),
    ]
    action = CorrectiveAction.objects.get()
    assert (action.due_on, action.done_at.date(), action.finding.requirement.number) == (
        date(2024, 9, 1),
        date(2024, 8, 20),
        2,
    )
    assert list(follow_up.state_changes.values_list("target", flat=True)) == ["audited", "closed"]
    assert all("HU 2024-1" in change.reason for change in follow_up.state_changes.all())


def test_the_same_file_again_changes_nothing_and_what_goes_out_comes_in_unchanged(tmp_path, register):
    path = file_of(tmp_path, {})
    bring(KIND, path)
    assert counts(bring(KIND, path)) == (0, 0, 1, 0)
    for form in ("csv", "xlsx"):
        out = take_out(KIND, tmp_path / f"ut.{form}")
        assert counts(bring(KIND, out)) == (0, 0, 1, 0)
    assert (FollowUp.objects.count(), Finding.objects.count(), PastFollowUp.objects.count()) == (1, 2, 1)


def test_the_light_is_shown_as_told_and_says_so(tmp_path, register, client_of, secretariat):
    bring(KIND, file_of(tmp_path, {"Ljus": "gul"}))
    follow_up = with_progress(FollowUp.objects.all()).get()
    light = row_of(follow_up).light
    with override("en"):
        assert (light.colour, str(light.text)) == ("yellow", "as told by earlier records")
    bring(KIND, file_of(tmp_path, {"Ljus": "röd"}))
    follow_up = with_progress(FollowUp.objects.all()).get()
    assert row_of(follow_up).light.colour == "red"
    assert follow_up.past.light == "red"
    assert "HU 2024-1" in client_of(secretariat).get(page("follow-up-detail", follow_up)).text


def test_it_counts_for_reuse_from_day_one(tmp_path, register, buyer):
    bring(KIND, file_of(tmp_path, {}))
    (found,) = existing_for(buyer, register.supplier, "office_audit")
    assert (found.facts.done_on, found.facts.method, found.facts.has_plan) == (date(2024, 5, 31), "office_audit", False)


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"Leverantör": "Okänd AB"}, ("Leverantör", "Okänd AB")),
        ({"Avtal": "RS/9"}, ("Avtal", "RS/9")),
        ({"Typ": "tittade in"}, ("Typ", "tittade in")),
        ({"Genomförd": "2999-01-01", "Avslutad": ""}, ("Genomförd", "2999-01-01")),
        ({"Avslutad": "2024-05-01"}, ("Avslutad", "2024-05-01")),
        ({"Ljus": "", "Avvikelser": "", "Åtgärder": ""}, ("Ljus", "")),
        ({"Avvikelser": "Något saknas", "Åtgärder": ""}, ("Avvikelser", "Något saknas")),
        ({"Avvikelser": "2 allvarlig (slarv): Något", "Åtgärder": ""}, ("Avvikelser", "slarv")),
        ({"Avvikelser": "9: Finns inte", "Åtgärder": ""}, ("Avvikelser", "9")),
        ({"Åtgärder": "1: Gjorde något"}, ("Åtgärder", "1: Gjorde något")),
        ({"Åtgärder": "7: Gjorde något (2024-08-20)"}, ("Åtgärder", "Gjorde något")),
        ({"Nyckel": ""}, ("Nyckel", "")),
    ],
)
def test_what_is_wrong_is_told_at_its_cell(tmp_path, register, changed, place):
    outcome = bring(KIND, file_of(tmp_path, changed))
    found = [(row, column.split(" (")[0], what) for row, column, what in faults(outcome)]
    assert [(row, what) for row, _column, what in found] == [(2, place[1])]
    assert found[0][1].partition(" ")[2].startswith(place[0]) or place[0] in found[0][1]
    assert not FollowUp.objects.exists()


def test_what_has_come_in_keeps_what_others_hang_on(tmp_path, register):
    bring(KIND, file_of(tmp_path, {}))
    assert bring(KIND, file_of(tmp_path, {"Avvikelser": "2: Något annat", "Åtgärder": ""})).fault_count == 1
    assert Finding.objects.filter(text="Spärrad nödutgång").exists()


def test_two_regions_with_the_same_number_are_told_apart(tmp_path, register):
    theirs = ContractFactory(
        region=RegionFactory(code="25"), supplier=register.supplier, registration_number="RS/1-2021"
    )
    assert bring(KIND, file_of(tmp_path, {})).fault_count == 1
    assert counts(bring(KIND, file_of(tmp_path, {"Avtal": "25: RS/1-2021; 23: RS/1-2021"}))) == (1, 0, 0, 0)
    assert set(FollowUp.objects.get().contracts.all()) == {register, theirs}


def test_the_command_line_knows_it_as_followups(tmp_path, register):
    out = io.StringIO()
    call_command("import_rows", "followups", str(file_of(tmp_path, {})), stdout=out, stderr=out)
    assert PastFollowUp.objects.get().key == "HU 2024-1"
    call_command("import_rows", "followups", str(file_of(tmp_path, {})), language="en", stdout=out, stderr=out)
    assert "New: 0. Changed: 0. Unchanged: 1." in out.getvalue()


def test_only_the_secretariat_brings_the_past(client_of, buyer, secretariat, register):
    assert client_of(buyer).get(LIST).status_code == 403
    address = reverse("exchange:file-import", args=[KIND])
    assert client_of(buyer).get(address).status_code == 404
    assert client_of(secretariat).get(address).status_code == 200


def test_queries_do_not_grow_with_rows(tmp_path, register):
    def counted(*rows):
        with CaptureQueriesContext(connection) as queries:
            outcome = bring(KIND, file_of(tmp_path, *rows))
        assert outcome.fault_count == 0
        return len(queries)

    counted({"Nyckel": "0", "Rapport": ""})
    one = counted({"Nyckel": "1"})
    assert counted(*({"Nyckel": f"2-{number}"} for number in range(3))) == one


# --- Reports


def test_reports_find_their_follow_up_by_name_and_the_others_wait(client_of, tmp_path, register, secretariat):
    bring(KIND, file_of(tmp_path, {}))
    content = packed(**{"Rapporter/NORRMED  2024.PDF": PDF, "okänd.pdf": PDF + b"\n%%EOF", "läs mig.txt": b"hej"})
    answer = client_of(secretariat).post(LIST, {"archive": SimpleUploadedFile("rapporter.zip", content)}, follow=True)
    assert "läs mig.txt" in answer.text
    matched = EarlierDocument.objects.get(follow_up__isnull=False)
    assert (matched.follow_up, matched.file.name, matched.archive) == (
        FollowUp.objects.get(),
        "NORRMED  2024.PDF",
        "rapporter.zip",
    )
    waiting = EarlierDocument.objects.unmatched().get()
    assert waiting.file.name in answer.text
    # The same zip again changes nothing.
    client_of(secretariat).post(LIST, {"archive": SimpleUploadedFile("rapporter.zip", content)})
    assert EarlierDocument.objects.count() == 2


def test_reports_that_came_first_are_found_by_the_rows(tmp_path, register, secretariat):
    received = receive_archive(by=secretariat, name="a.zip", content=packed(**{"Norrmed 2024.pdf": PDF}))
    assert [document.file.name for document in received.waiting] == ["Norrmed 2024.pdf"]
    outcome = bring(KIND, file_of(tmp_path, {}))
    assert EarlierDocument.objects.get().follow_up == FollowUp.objects.get()
    assert any("1" in notice for notice in outcome.notices)


def test_a_name_that_two_follow_ups_claim_waits_for_a_person(client_of, tmp_path, register, secretariat):
    bring(KIND, file_of(tmp_path, {}, {"Nyckel": "HU 2024-2", "Avtal": ""}))
    received = receive_archive(by=secretariat, name="a.zip", content=packed(**{"Norrmed 2024.pdf": PDF}))
    (document,) = received.waiting
    second = PastFollowUp.objects.get(key="HU 2024-2").follow_up
    address = reverse("followups:document-match", args=[document.public_id])
    answer = client_of(secretariat).post(address, {"follow_up": "", "kind": "audit_report"})
    assert list(answer.context["form"].errors) == ["follow_up"]
    client_of(secretariat).post(address, {"follow_up": second.public_id, "kind": "audit_report"})
    document.refresh_from_db()
    assert document.follow_up == second


def test_a_zip_bomb_is_refused_before_it_is_opened(client_of, secretariat):
    content = packed(**{"bomb.pdf": b"\0" * 60_000_000})
    answer = client_of(secretariat).post(LIST, {"archive": SimpleUploadedFile("bomb.zip", content)})
    assert list(answer.context["form"].errors) == ["archive"]
    assert not EarlierDocument.objects.exists()


def test_a_zip_that_lies_about_its_sizes_takes_no_more_than_a_file(secretariat, settings):
    settings.FILE_UPLOAD_MAX_BYTES = 1000
    received = receive_archive(
        by=secretariat, name="a.zip", content=packed(**{"stor.pdf": PDF + bytes(range(256)) * 40})
    )
    assert [name for name, _why in received.refused] == ["stor.pdf"]


@pytest.mark.parametrize("content", [b"", b"PK\3\4 nej", PDF, packed()])
def test_what_is_no_zip_is_refused_with_a_sentence(client_of, secretariat, content):
    answer = client_of(secretariat).post(LIST, {"archive": SimpleUploadedFile("a.zip", content)})
    assert list(answer.context["form"].errors) == ["archive"]


def test_an_encrypted_zip_is_refused(secretariat):
    content = bytearray(packed(**{"a.pdf": PDF}))
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        content[content.index(mark) + place] |= 1
    with pytest.raises(ValidationError) as refused:
        receive_archive(by=secretariat, name="a.zip", content=bytes(content))
    assert refused.value.code == "encrypted"


def test_names_are_compared_without_folders_and_capitals():
    assert name_key_of("mapp\\Rapport  A.PDF") == name_key_of("rapport a") == "rapport a"


# --- Who reads them


def test_documents_are_seen_as_their_follow_up_is(client_of, buyer, neighbour, reader, secretariat, stranger):
    follow_up = FollowUpFactory(contracts=["23"])
    document = attach_document(
        by=secretariat, follow_up=follow_up, upload=Upload("Självskattning.pdf", "application/pdf", PDF)
    )
    address = reverse("followups:earlier-document", args=[document.public_id])
    assert b"".join(client_of(buyer).get(address).streaming_content) == PDF
    for other in (neighbour, reader, stranger):
        assert client_of(other).get(address).status_code == 404
    FollowUp.objects.update(sharing_tier="regions", shared_at=document.created_at, shared_by=document.created_by)
    assert b"".join(client_of(neighbour).get(address).streaming_content) == PDF
    assert client_of(reader).get(address).status_code == 404
    waiting = receive_archive(by=secretariat, name="a.zip", content=packed(**{"x.pdf": PDF})).waiting[0]
    assert client_of(buyer).get(reverse("followups:earlier-document", args=[waiting.public_id])).status_code == 404


def test_a_self_assessment_is_attached_as_pdf(client_of, secretariat, buyer):
    follow_up = FollowUpFactory(contracts=["23"])
    address = reverse("followups:document-attach", args=[follow_up.public_id])
    assert client_of(buyer).get(address).status_code == 403
    bad = client_of(secretariat).post(address, {"kind": "self_assessment", "upload": SimpleUploadedFile("a.pdf", b"x")})
    assert list(bad.context["form"].errors) == ["upload"]
    typed = {"kind": "self_assessment", "upload": SimpleUploadedFile("svar.pdf", PDF)}
    assert client_of(secretariat).post(address, typed).status_code == 302
    assert EarlierDocument.objects.get().get_kind_display()
