"""The decision brief: the same amounts on the page, in PDF, CSV and Word; and the texts that the secretariat writes."""

import csv
import io
from datetime import date

import docx
import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from docx.oxml.ns import qn

from funding.actions.briefs import save_brief_text
from funding.actions.rates import correct_rate
from funding.actions.years import open_year
from funding.documents.brief import prepare, render
from funding.documents.brief_shown import Brief
from funding.models import BriefText, FundingYear, Rate
from funding.outside import RegionWork
from funding.queries.briefs import TEXT_FIELDS, brief_texts, parts_of_year
from funding.story import BASIS_DATES, open_memo_year
from portal.documents.word import WordDocument
from portal.history.models import SystemActor
from tests.funding.factories import decided, moved_to, opened_year, reopened, text_of
from tests.funding.test_documents import pages_of
from tests.needs import faults_of_pdf

BY = SystemActor("test")
TEXTS = {name: f"Text {name}." for name in TEXT_FIELDS}


@pytest.fixture
def year(reference_data) -> FundingYear:
    """2023 by the memo, after a 2022 at half the rate."""
    open_year(by=BY, year=2022, ore_per_inhabitant=50, rate_source="RS/29/2022", basis_date=BASIS_DATES[2022])
    return open_memo_year(by=BY)


def rows_in(pdf: bytes, name: str) -> list[dict[str, str]]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        content = opened.attachments[name].get_file().read_bytes()
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def words_of(document) -> str:
    texts = [each.text for each in document.paragraphs]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join(texts).split())


def test_page_pdf_csv_and_word_say_the_same(year, admin, client_of, django_assert_num_queries):
    prepared = prepare(year)
    with django_assert_num_queries(0):
        pdf, word = render(prepared, "23", "Anna Öberg", "sv")
    page = text_of(client_of(admin).get("/funding/2023/"))
    paper, letter = " ".join(pages_of(pdf.content)), words_of(docx.Document(io.BytesIO(word.content)))
    for text in (paper, letter):
        assert "Region Jämtland Härjedalen bidrar med 131 418 kr till" in text
        assert "+65 391 kr (+99 %)" in text
        assert "Tjänsteskrivelsen anger inget datum." in text
        assert "Varav miljöområdet 0,10 kr" in text
        assert "Avrundning till hela kronor" in text
    assert "131 418 kr +65 391 kr" in page
    rows = rows_in(pdf.content, "siffror.csv")
    told = [(row["year"], row["contribution_ore"], row["difference_ore"], row["source"]) for row in rows]
    assert told[1] == ("2023", "13141800", "6539100", "RS/29/2022")
    assert told[0][:3] == ("2022", "6602700", "")
    assert rows_in(pdf.content, "arbete.csv")[0]["since"] == "2022-01-01"
    assert [pdf.name, word.name] == [
        f"beslutsunderlag-2023-region-jamtland-harjedalen.{end}" for end in ("pdf", "docx")
    ]


def test_the_first_year_has_no_change(db):
    pdf, _word = render(prepare(opened_year({"23": 1001}, ore=50)), "23", "Anna", "en")
    text = " ".join(pages_of(pdf.content))
    assert ("Change since 2022 –" in text, "SEK 501" in text) == (True, True)


def test_the_word_document_is_real_word(year):
    _pdf, word = render(prepare(year), "23", "Anna", "sv")
    document = docx.Document(io.BytesIO(word.content))
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    assert headings == ["Bakgrund", "Förslag till beslut", "Vad det ger", "Regionen i samarbetet", "Ekonomi"]
    assert document.core_properties.title == "Beslutsunderlag 2023: Region Jämtland Härjedalen"
    assert {each.get(qn("w:val")) for each in document.styles.element.iter(qn("w:lang"))} == {"sv-SE"}
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in document.tables)
    assert len([each for each in document.paragraphs if each.style.name == "List Bullet"]) == 4


def test_each_list_of_the_word_document_begins_with_one_and_no_sign_breaks_it():
    word = WordDocument(title="T\x0bitel", author="A", language="en")
    word.prose("1. ett\n2. två\n\ntext **fet**\n\n1. nytt", language="sv")
    document = docx.Document(io.BytesIO(word.content()))
    numbers = [each._p.pPr.numPr.numId.val for each in document.paragraphs if each.style.name == "List Number"]
    assert (len(numbers), numbers[0] == numbers[1], numbers[1] == numbers[2]) == (3, True, False)
    assert document.paragraphs[0].text == "Titel"
    assert [run.text for each in document.paragraphs for run in each.runs if run.bold] == ["fet"]


NESTED = """\
- punkt

  1. a
  2. b

- punkt

  1. c

     fortsatt

     - d
  2. e

1. ett
   - under
2. två
   1. f
3. tre"""


def numbered(document) -> list[str]:
    """Each paragraph in a list as Word shows it: the number that its own numbering has come to, or a sign."""
    reached: dict[int, int] = {}
    numbering, shown = document.part.numbering_part.element, []
    for each in document.paragraphs:
        style = each.style.name
        if style.startswith("List Number"):
            number = each._p.pPr.numPr.numId.val
            start = numbering.num_having_numId(number).lvlOverride_lst[0].startOverride.val
            reached[number] = reached.get(number, start - 1) + 1
            shown.append(f"{reached[number]}. {each.text} ({style})")
        elif style.startswith("List"):
            shown.append(f"{each.text} ({style})")
    return shown


def test_lists_within_lists_begin_with_one_and_the_outer_goes_on():
    word = WordDocument(title="T", author="A", language="sv")
    word.prose(NESTED)
    assert numbered(docx.Document(io.BytesIO(word.content()))) == [
        "punkt (List Bullet)",
        "1. a (List Number 2)",
        "2. b (List Number 2)",
        "punkt (List Bullet)",
        "1. c (List Number 2)",
        "fortsatt (List Continue 2)",
        "d (List Bullet 3)",
        "2. e (List Number 2)",
        "1. ett (List Number)",
        "under (List Bullet 2)",
        "2. två (List Number)",
        "1. f (List Number 2)",
        "3. tre (List Number)",
    ]


ASKED = {
    "sv": ("ombeds besluta", "Förslag till beslut", "Text proposal_sv."),
    "en": ("asked to decide", "Proposed decision", "Text proposal_en."),
}
DECIDED = {
    "sv": (
        "Regionens beslut",
        "Regionstyrelsen beslutade 1 juni 2022 att Region Jämtland Härjedalen bidrar med 90 000 kr till regionernas "
        "samarbete om hållbar upphandling år 2023. Beslutets diarienummer är RS/29/2022.",
        "Beslutat belopp 90 000 kr",
    ),
    "en": (
        "The region's decision",
        "On 1 June 2022 Regionstyrelsen decided that Region Jämtland Härjedalen contributes SEK 90,000 to the regions' "
        "cooperation on sustainable procurement in 2023. The registration number of the decision is RS/29/2022.",
        "Decided amount SEK 90,000",
    ),
}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_brief_that_comes_after_the_decision_says_what_was_decided(year, language):
    save_brief_text(by=BY, funding_year=year, seen=0, **TEXTS)
    moved_to(year, "proposed", taken_on=date(2022, 4, 6))

    def said() -> list[str]:
        """A line of the PDF may end within RS/29/2022."""
        pdf, word = render(prepare(year), "23", "Anna", language)
        paper = " ".join(pages_of(pdf.content)).replace("/ ", "/")
        return [paper, words_of(docx.Document(io.BytesIO(word.content)))]

    asked = said()
    assert (ASKED[language][0] in asked[0], ASKED[language][0] in asked[1]) == (True, False)
    assert [words for text in asked for words in ASKED[language][1:] if words not in text] == []
    assert [words for text in asked for words in DECIDED[language] if words in text] == []

    decided("23", amount_ore=90_000_00)
    told = said()
    assert [words for text in told for words in (*ASKED[language][1:], *DECIDED[language]) if words not in text] == []
    assert ASKED[language][0] not in told[0]
    lead = {"sv": "har beslutat om 90 000 kr", "en": "has decided on SEK 90,000"}
    assert lead[language] in told[0]


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (2023, None, "Beslutet gäller från och med 2023 tills vidare."),
        (2023, 2025, "Beslutet gäller för 2023–2025."),
        (2023, 2023, ""),
    ],
)
def test_a_brief_says_for_which_years_the_region_has_decided(year, first, last, sentence):
    moved_to(year, "proposed", taken_on=date(2022, 4, 6))
    decided("23", amount_ore=90_000_00, valid_from_year=first, valid_to_year=last)
    paper = " ".join(pages_of(render(prepare(year), "23", "Anna", "sv")[0].content))
    assert "Beslutets diarienummer är RS/29/2022." in paper.replace("/ ", "/")
    assert paper.count("Beslutet gäller") == bool(sentence)
    assert sentence in paper


@pytest.mark.parametrize(
    ("work", "cost"),
    [
        (RegionWork(), "–"),
        (RegionWork(avoided=2, avoided_ore=40_000_00), "40 000 kr"),
        (RegionWork(avoided=2, uncosted=2), "inte känt: schablonkostnad saknas"),
        (RegionWork(avoided=2, avoided_ore=100, uncosted=1), "minst 1 kr; för 1 av dem saknas schablonkostnad"),
    ],
)
def test_it_says_plainly_when_a_cost_is_not_known(work, cost):
    brief = Brief([], [], {}, work, None, None, "", None)  # type: ignore[arg-type]
    assert [text.replace("\xa0", " ") for _label, text in brief.facts][-1] == cost


@pytest.mark.long
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_brief_conforms(year, language, tmp_path):
    path = tmp_path / "brief.pdf"
    path.write_bytes(render(prepare(year), "23", "Anna", language)[0].content)
    assert faults_of_pdf(path) == []


# --- The texts ---------------------------------------------------------------------------------------------


def test_the_texts_begin_with_ours_and_then_with_the_year_before(year):
    assert brief_texts(year).stored is None
    assert all(brief_texts(year).texts.values())
    save_brief_text(by=BY, funding_year=FundingYear.objects.get(year=2022), seen=0, **TEXTS)
    found = brief_texts(year)
    assert (found.texts, found.stored, found.suggested_by) == (TEXTS, None, 2022)
    save_brief_text(by=BY, funding_year=year, seen=0, **{**TEXTS, "gives_en": ""})
    paper = " ".join(pages_of(render(prepare(year), "23", "Anna", "en")[0].content))
    assert ("Text background_en." in paper, "Text gives_sv." in paper) == (True, True)


def test_the_secretariat_writes_them_and_two_editors_get_a_comparison(year, secretariat, admin, client_of):
    typed = {**TEXTS, "version": 0, "background_sv": "Vi **bad** om pengar."}
    client = client_of(secretariat)
    assert "förslag" in text_of(client.get("/funding/2023/brief/"))
    assert client.post("/funding/2023/brief/", typed).url == "/funding/2023/"
    late = client_of(admin).post("/funding/2023/brief/", {**typed, "background_sv": "Annat."})
    assert late.status_code == 409
    assert ("Vi" in text_of(late), "Annat." in text_of(late)) == (True, True)
    stored = BriefText.objects.get()
    assert (stored.version, stored.background_sv) == (1, "Vi **bad** om pengar.")
    again = client_of(admin).post("/funding/2023/brief/", {**typed, "version": 1, "background_sv": "Annat."})
    assert again.status_code == 302
    page = text_of(client.get("/funding/2023/brief/"))
    assert f"av {admin}" in page
    assert BriefText.objects.get().version == 2


def test_a_text_that_is_missing_is_said_and_nothing_is_lost(year, secretariat, client_of):
    page = client_of(secretariat).post("/funding/2023/brief/", {**TEXTS, "version": 0, "proposal_sv": ""})
    assert (page.status_code, page.context["form"].errors) == (200, {"proposal_sv": ["Skriv texten på svenska."]})
    assert "Text gives_en." in text_of(page)
    assert not BriefText.objects.exists()


def test_a_closed_years_text_stays_by_every_path(year, secretariat, client_of):
    save_brief_text(by=BY, funding_year=year, seen=0, **TEXTS)
    moved_to(year, "closed")
    with pytest.raises(ValidationError, match="stängt"):
        save_brief_text(by=BY, funding_year=year, seen=1, **TEXTS)
    page = client_of(secretariat).post("/funding/2023/brief/", {**TEXTS, "version": 1, "gives_sv": "Nytt."})
    assert "är stängt" in text_of(page)
    for write in (lambda: BriefText.objects.update(gives_sv="x"), lambda: BriefText.objects.all().delete()):
        with pytest.raises(DatabaseError, match="closed_year_stays"), transaction.atomic():
            write()
    assert "<textarea" not in client_of(secretariat).get("/funding/2023/brief/").text
    # The control: open, it changes.
    save_brief_text(by=BY, funding_year=FundingYear.objects.get(year=2022), seen=0, **TEXTS)
    assert BriefText.objects.filter(funding_year__year=2022).update(gives_sv="x") == 1


def test_a_proposed_year_keeps_what_its_brief_said(year, monkeypatch):
    before = FundingYear.objects.get(year=2022)
    said = brief_texts(year).texts
    moved_to(year, "proposed")
    save_brief_text(by=BY, funding_year=before, seen=0, **TEXTS)
    monkeypatch.setattr("funding.queries.briefs._first_texts", lambda: TEXTS)
    found = brief_texts(year)
    assert (found.texts, found.stored.version, found.suggested_by) == (said, 1, None)
    # What the secretariat writes in the proposed year itself stays through the steps that follow.
    save_brief_text(by=BY, funding_year=year, seen=1, **TEXTS)
    moved_to(year, "closed")
    assert (brief_texts(year).texts, BriefText.objects.get(funding_year=year).version) == (TEXTS, 2)


def test_a_year_that_was_proposed_without_texts_keeps_them_from_its_closing(year):
    """As of a year that was proposed before texts were kept; reopened, it has them still."""
    said = brief_texts(year).texts
    moved_to(year, "decided")
    BriefText.objects.all().delete()
    moved_to(year, "closed")
    save_brief_text(by=BY, funding_year=FundingYear.objects.get(year=2022), seen=0, **TEXTS)
    assert brief_texts(year).texts == said
    reopened(year)
    moved_to(year, "closed")
    assert (brief_texts(year).texts, brief_texts(year).stored.version) == (said, 1)


# --- The parts of the rate ---------------------------------------------------------------------------------


def told_parts(year: FundingYear) -> list[str]:
    """The rows of the brief's PDF and Word document that name a part, the same in both."""
    prepared = prepare(FundingYear.objects.get(pk=year.pk))
    _pdf, word = render(prepared, "23", "Anna", "sv")
    cells = [[cell.text for cell in row.cells] for row in docx.Document(io.BytesIO(word.content)).tables[1].rows]
    return [" ".join(f"{what} {figure}".split()) for what, figure in cells if what.startswith("Varav")]


MEMO_PARTS = [
    "Varav uppförandekoden 0,40 kr",
    "Varav miljöområdet 0,10 kr",
    "Varav förstärkt gemensamt kansli 0,50 kr",
]


@pytest.mark.parametrize("state", ["open", "closed"])
def test_a_year_keeps_the_parts_of_its_rate_when_the_rate_is_corrected(year, state):
    rate = Rate.objects.get(valid_from_year=2023)
    moved_to(year, state)
    parts = [("annat", 60), ("kansli", 40)]
    values = {"valid_from_year": 2023, "ore_per_inhabitant": 100, "source": rate.source, "parts": parts}
    correct_rate(by=BY, rate=rate, version=rate.version, **values)
    assert told_parts(year) == MEMO_PARTS
    # A year that is opened from now on has them as they are now.
    later = open_year(by=BY, year=2024, ore_per_inhabitant=100, rate_source="RS/1", basis_date=BASIS_DATES[2023])
    assert told_parts(later) == ["Varav annat 0,60 kr", "Varav kansli 0,40 kr"]


def test_a_year_with_a_rate_of_its_own_has_no_parts_even_if_the_registered_one_becomes_the_same(year):
    rate = Rate.objects.get(valid_from_year=2018)
    before = FundingYear.objects.get(year=2022)
    own = open_year(by=BY, year=2019, ore_per_inhabitant=70, rate_source="RS/1", basis_date=BASIS_DATES[2022])
    values = {"valid_from_year": 2018, "ore_per_inhabitant": 70, "source": rate.source, "parts": [("allt", 70)]}
    correct_rate(by=BY, rate=rate, version=rate.version, **values)
    assert (own.rate_parts, parts_of_year(own)) == ([], [])
    assert [each.name for each in parts_of_year(before)] == ["uppförandekoden", "miljöområdet"]


# --- The command -------------------------------------------------------------------------------------------


def test_the_command_writes_pdf_and_word(year, tmp_path):
    for name in ("u.pdf", "u.docx"):
        call_command("decision_brief", year=2023, region="23", output=tmp_path / name)
    assert "131 418 kr" in pages_of((tmp_path / "u.pdf").read_bytes())[0]
    assert "131 418 kr" in words_of(docx.Document(tmp_path / "u.docx"))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"year": 1999}, "There is no funding year 1999"),
        ({"region": "99"}, "No region with the county code 99"),
        ({"output": "x.txt"}, "ends in .pdf or .docx"),
        ({"output": "no/x.pdf"}, "cannot be written"),
    ],
)
def test_the_command_says_in_a_sentence_what_is_wrong(asked, sentence, tmp_path, db):
    opened_year({"23": 1000})
    values = {"year": 2023, "region": "23", "output": "x.pdf", **asked}
    with pytest.raises(CommandError, match=sentence):
        call_command("decision_brief", **{**values, "output": tmp_path / values["output"]}, language="en")
    assert list(tmp_path.iterdir()) == []
