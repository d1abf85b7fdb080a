"""What is in the PDF, for a reader, a screen reader and an archive, and what never gets in."""

import io
import re
import threading
import xml.etree.ElementTree as ElementTree
from http.server import BaseHTTPRequestHandler, HTTPServer

import pikepdf
import pypdfium2
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import translation
from PIL import Image
from weasyprint.urls import URLFetcher

from portal.documents import Attachment, DocumentFault, render_pdf, rendering
from portal.files.checks import JPEG, check_file

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def texts_of(pdf: bytes) -> list[str]:
    """The text of each page as a reader copies it."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = []
        for page in document:
            text = page.get_textpage()
            texts.append(text.get_text_range().replace("\r\n", "\n"))
            text.close()
            page.close()
        return texts


def kinds_of_structure(pdf: pikepdf.Pdf) -> set[str]:
    """Every structure type in the tree: /H1, /Table, /TH …"""
    kinds, todo, seen = set(), [pdf.Root.StructTreeRoot], set()
    while todo:
        node = todo.pop()
        if isinstance(node, pikepdf.Array):
            todo.extend(node)
        elif isinstance(node, pikepdf.Dictionary) and node.objgen not in seen:
            seen.add(node.objgen)
            kinds.add(str(node.get("/S", "")))
            todo.append(node.get("/K"))
    return kinds


def test_document_tells_a_screen_reader_what_it_is(report):
    with pikepdf.open(io.BytesIO(report(language="en"))) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.docinfo.Title) == "Provrapport 2023"
        expected = {
            "/H1",
            "/H2",
            "/H3",
            "/P",
            "/L",
            "/LI",
            "/Table",
            "/Caption",
            "/THead",
            "/TH",
            "/TD",
            "/Link",
            "/Figure",
        }
        assert expected - kinds_of_structure(pdf) == set()


def test_xmp_names_both_standards_and_the_title(report):
    with pikepdf.open(io.BytesIO(report())) as pdf:
        xmp = pdf.Root.Metadata.read_bytes()
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Provrapport 2023"
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    assert len(ElementTree.fromstring(xmp).findall(f"{RDF}RDF")) == 1


def test_pages_are_numbered_and_headed(report):
    texts = texts_of(report(language="en"))
    assert len(texts) == 4
    assert all(f"Page {number} of 4" in text for number, text in enumerate(texts, start=1))
    assert [text.count("Provrapport 2023") for text in texts] == [1, 1, 1, 1]


def test_sum_stands_once_under_the_last_row(report):
    texts = texts_of(report())
    assert ["Summa" in re.split(r"\n| ", text) for text in texts] == [False, False, False, True]


def test_data_is_attached_with_its_media_type(report):
    data = Attachment("siffror å.csv", b"a;b\n", "text/csv", "Tabellens siffror")
    more = Attachment("samma.json", b"{}", "application/json", "Samma siffror")
    with pikepdf.open(io.BytesIO(report(attachments=[data, more]))) as pdf:
        files = {spec.filename: spec for spec in pdf.attachments.values()}
        assert set(files) == {"siffror å.csv", "samma.json"}
        spec = files["siffror å.csv"]
        assert spec.get_file().read_bytes() == b"a;b\n"
        assert str(spec.obj.AFRelationship) == "/Source"
        assert str(spec.obj.EF.F.Subtype) == "/text/csv"
        assert str(files["samma.json"].obj.EF.F.Subtype) == "/application/json"
        assert spec.description == "Tabellens siffror"


@pytest.mark.long
def test_same_input_and_moment_give_the_same_bytes(report):
    with time_machine.travel("2026-12-02T08:30:00+01:00", tick=False):
        first, second = report(), report()
    assert first == second
    with time_machine.travel("2026-12-03T08:30:00+01:00", tick=False):
        assert report() != first


def test_only_our_fonts_are_used_and_what_they_lack_stands_as_its_code_point(report):
    pdf = report(text="Ωμέγα Київ ž ğ 中文 e\u0301 a\u200bb \U0001f642 −1")
    assert "Ωμέγα Київ ž ğ [U+4E2D][U+6587] é ab [U+1F642] −1" in " ".join("".join(texts_of(pdf)).split("\n"))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = {
            str(item.FontName)
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/FontName" in item
        }
    assert {re.sub(r"^/[A-Z]{6}\+", "", name) for name in fonts} == {"Source-Sans-Pro", "Source-Sans-Pro-Semi-Bold"}


@pytest.fixture
def outside():
    """A web server that counts who comes."""
    visits = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            visits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", visits
    server.shutdown()
    thread.join()
    server.server_close()


BREAK_INS = [
    '<img alt="" src="{address}/a.png">',
    '<link rel="stylesheet" href="{address}/a.css">',
    "<style>@import '{address}/a.css';</style>",
    "<style>body {{ background: url({address}/a.png) }}</style>",
    "<style>@font-face {{ font-family: X; src: url({address}/a.ttf) }}</style>",
    '<svg viewBox="0 0 9 9"><image href="{address}/a.png" width="9" height="9" /></svg>',
]


def render_markup(template_folder, settings, markup: str) -> bytes:
    (template_folder / "markup.html").write_text(f'<!doctype html><html lang="en"><title>T</title>{markup}</html>')
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [template_folder, *engine["DIRS"]]}]
    return render_pdf("markup.html", {}, language="en")


@pytest.mark.parametrize("markup", BREAK_INS)
def test_document_reaches_no_server_and_says_so(markup, tmp_path, settings, outside):
    address, visits = outside
    with pytest.raises(DocumentFault, match=address):
        render_markup(tmp_path, settings, markup.format(address=address))
    assert visits == []


@pytest.mark.long
@pytest.mark.parametrize("markup", BREAK_INS)
def test_without_our_fetcher_it_would(markup, tmp_path, settings, outside, monkeypatch):
    address, visits = outside
    monkeypatch.setattr(rendering.OnlyOurFonts, "fetch", lambda self, url, headers=None: URLFetcher().fetch(url))
    render_markup(tmp_path, settings, markup.format(address=address))
    assert len(visits) >= 1


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "data:text/plain,a", "ftp://127.0.0.1/a", "font:../secret.ttf"]
)
def test_document_reads_no_file_but_our_fonts(address, tmp_path, settings):
    with pytest.raises(DocumentFault, match=re.escape(address)):
        render_markup(tmp_path, settings, f'<img alt="" src="{address}">')


def test_file_attached_by_a_link_is_refused(tmp_path, settings):
    secret = tmp_path / "secret.txt"
    secret.write_text("hemlig")
    with pytest.raises(DocumentFault):
        render_markup(tmp_path, settings, f'<link rel="attachment" href="{secret.as_uri()}">')


def test_what_people_write_stays_text(report):
    texts = texts_of(report(name='<img src="file:///etc/passwd">'))
    assert '<img src="file:///etc/passwd">' in texts[0].replace("\n", "")


def test_renderer_leaves_the_check_of_uploads_strict():
    drawn = io.BytesIO()
    Image.effect_noise((200, 200), 50).save(drawn, "JPEG")
    with translation.override("en"), pytest.raises(ValidationError, match="damaged"):
        check_file("cut.jpg", drawn.getvalue()[: drawn.tell() // 2], [JPEG])


def test_long_work_is_heard_of_page_by_page_and_can_be_ended(report, monkeypatch):
    monkeypatch.setattr(rendering, "BEAT_S", 0)
    beats = []
    report(heartbeat=lambda: beats.append(1))
    assert len(beats) >= len(texts_of(report()))

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        report(heartbeat=stop)
    assert rendering.PROGRESS_LOGGER.handlers == []


def test_document_without_a_title_is_refused(tmp_path, settings):
    (tmp_path / "untitled.html").write_text('{% extends "documents/base.html" %}')
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
    with pytest.raises(DocumentFault, match="no title"):
        render_pdf("untitled.html", {}, language="en")


@pytest.mark.parametrize("sign", ["\u0338", "\u0323\u0338"])
def test_no_text_reaches_into_the_tag_before_it(report, sign):
    """Normalised together, the tag's > and this sign are one letter: the tag stays open and the text becomes its inside."""
    text = "\n".join(texts_of(report(rows=1, name=f"{sign} hidden=hidden Karin Ek")))
    assert "hidden=hidden Karin Ek" in text
    assert "U+226F" not in text
