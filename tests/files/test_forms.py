"""What the upload field takes, what it makes of it, and the sentence for what it refuses."""

import io

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portal.files.checks import PDF, PNG, check_file, clean_name
from portal.files.forms import UploadField
from tests.files import samples


class EvidenceForm(forms.Form):
    file = UploadField()


class PdfForm(forms.Form):
    file = UploadField(types=[PDF], required=False)


def cleaned(name: str, content: bytes):
    form = EvidenceForm({}, {"file": SimpleUploadedFile(name, content)})
    assert form.errors == {}
    return form.cleaned_data["file"]


def refusal(name: str, content: bytes, form_class=EvidenceForm) -> str:
    with translation.override("en"):
        form = form_class({}, {"file": SimpleUploadedFile(name, content)})
        return " ".join(form.errors["file"])


def test_photo_is_drawn_anew_upright_and_without_metadata():
    before = samples.jpeg(orientation=6)
    assert before.count(samples.CANARY.encode()) >= 4
    upload = cleaned("Golv hall 2.JPG", before)
    assert (upload.name, upload.media_type) == ("Golv hall 2.JPG", "image/jpeg")
    assert samples.CANARY.encode() not in upload.content
    with Image.open(io.BytesIO(upload.content)) as image:
        assert image.size == (20, 40)
        assert dict(image.getexif()) == {}
        red, _green, blue = image.getpixel((10, 2))
        assert red > 200 > 60 > blue


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_of_any_mode_loses_its_texts(mode):
    upload = cleaned("karta.png", samples.png(mode))
    assert samples.CANARY.encode() not in upload.content
    with Image.open(io.BytesIO(upload.content)) as image:
        assert (image.format, image.size) == ("PNG", (30, 10))


def test_cmyk_photo_becomes_rgb():
    drawn = io.BytesIO()
    Image.new("CMYK", (8, 8)).save(drawn, "JPEG")
    with Image.open(io.BytesIO(cleaned("a.jpeg", drawn.getvalue()).content)) as image:
        assert image.mode == "RGB"


def test_pdf_is_kept_byte_for_byte():
    content = samples.pdf(pages=2)
    assert cleaned("intyg.pdf", content).content == content


def test_what_hides_behind_a_picture_is_gone():
    upload = cleaned("photo.jpg", samples.jpeg() + samples.zip_file())
    assert b"PK\x03\x04" not in upload.content
    assert samples.CANARY.encode() not in upload.content


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "verktyg.exe",
            b"MZ" + bytes(100),
            "This type of file can't be uploaded. Choose a file of type JPEG, PNG or PDF.",
        ),
        ("bild.svg", b"<svg/>", "This type of file can't be uploaded. Choose a file of type JPEG, PNG or PDF."),
        ("utan ändelse", samples.pdf(), "This type of file can't be uploaded. Choose a file of type JPEG, PNG or PDF."),
        (
            "bild.pdf.html",
            samples.pdf(),
            "This type of file can't be uploaded. Choose a file of type JPEG, PNG or PDF.",
        ),
        (
            "bild.jpg",
            b"MZ" + bytes(100),
            "The name says JPEG, but that is not what the file contains. Choose a file of type JPEG, PNG or PDF.",
        ),
        (
            "bild.png",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "The name says PNG, but that is not what the file contains. Choose a file of type JPEG, PNG or PDF.",
        ),
        (
            "bild.png",
            samples.jpeg(),
            "The name says PNG, but that is not what the file contains. Choose a file of type JPEG, PNG or PDF.",
        ),
        (
            "arkiv.pdf",
            samples.zip_file() + samples.pdf(),
            "The name says PDF, but that is not what the file contains. Choose a file of type JPEG, PNG or PDF.",
        ),
        ("tom.pdf", b"", "The file is empty. Choose another file."),
        ("bomb.png", samples.png_bomb(), "The picture has more than 50 million pixels. Choose a smaller one."),
        (
            "bomb.png",
            samples.png_bomb(10_000, 9_500),
            "The picture has more than 50 million pixels. Choose a smaller one.",
        ),
        (
            "bomb.png",
            samples.png_bomb(8_000, 7_000),
            "The picture has more than 50 million pixels. Choose a smaller one.",
        ),
        (
            "lofte.png",
            samples.png_bomb(500, 500),
            "The file is damaged and can't be opened. Choose another copy of it.",
        ),
        ("kapad.jpg", samples.jpeg()[:-300], "The file is damaged and can't be opened. Choose another copy of it."),
        ("kapad.png", samples.png()[:60], "The file is damaged and can't be opened. Choose another copy of it."),
        ("kapad.pdf", samples.pdf()[:-20], "The file is damaged and can't be opened. Choose another copy of it."),
        (
            "dubbel.pdf",
            samples.pdf() + samples.zip_file(),
            "The file is damaged and can't be opened. Choose another copy of it.",
        ),
        ("prat.pdf", b"%PDF-1.7\nprat\n%%EOF\n", "The file is damaged and can't be opened. Choose another copy of it."),
        ("noll.pdf", samples.pdf(pages=0), "The file is damaged and can't be opened. Choose another copy of it."),
        (
            "last.pdf",
            samples.pdf(password="hemligt"),
            "The PDF is protected by a password. Save it without one and choose it again.",
        ),
    ],
)
def test_refusal_is_one_sentence_at_the_field(name, content, sentence):
    assert refusal(name, content) == sentence


def test_allowed_types_are_the_fields_own():
    assert refusal("a.png", samples.png(), PdfForm) == "This type of file can't be uploaded. Choose a file of type PDF."


def test_size_limit_is_exact_and_checked_before_reading(settings):
    class Unread(SimpleUploadedFile):
        def read(self, *args):
            raise AssertionError("read although it is too large")

    content = samples.pdf()
    settings.FILE_UPLOAD_MAX_BYTES = len(content)
    assert cleaned("a.pdf", content).content == content
    settings.FILE_UPLOAD_MAX_BYTES = 20 * 1024 * 1024
    with translation.override("en"):
        form = EvidenceForm({}, {"file": Unread("a.pdf", b"%PDF" + bytes(settings.FILE_UPLOAD_MAX_BYTES - 3))})
        assert form.errors["file"] == ["The file is larger than 20 MB. Choose a smaller file."]


def test_nothing_chosen_says_so_or_is_none():
    with translation.override("en"):
        assert EvidenceForm({}, {}).errors["file"] == ["Choose a file."]
        # Text under the field's name is not a file.
        assert EvidenceForm({"file": "C:\\fakepath\\a.pdf"}, {}).errors["file"] == ["Choose a file."]
    form = PdfForm({}, {})
    assert form.is_valid()
    assert form.cleaned_data["file"] is None


def test_browser_offers_the_allowed_types():
    assert 'accept=".jpg,.jpeg,.png,.pdf"' in str(EvidenceForm()["file"])


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\bo\\Bilder\\hall.jpg", "hall.jpg"),
        ("a\0b\r\nc.pdf", "abc.pdf"),
        ("faktura\u202efdp.exe", "fakturafdp.exe"),
        ("Ska\u030ane\u00a0golv.pdf", "Skåne golv.pdf"),
        ("\ud800.pdf", "?.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("...", ""),
    ],
)
def test_name_is_only_a_name(name, clean):
    assert clean_name(name) == clean


@given(st.text(max_size=400))
def test_any_name_becomes_storable(name):
    cleaned_name = clean_name(name)
    assert len(cleaned_name) <= 200
    assert not set(cleaned_name) & set("\0/\\\r\n")
    cleaned_name.encode()


@given(st.binary(max_size=400))
def test_noise_in_a_picture_is_refused_and_never_an_error(noise):
    with translation.override("en"), pytest.raises(forms.ValidationError):
        check_file("a.png", b"\x89PNG\r\n\x1a\n" + noise, [PNG])
