"""What the gallery shows. The samples stand in templates/ui/gallery/; here are the parts a template cannot make."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms

from portal import clock
from portal.ui.charts import Bar
from portal.ui.forms import DateField, KronorField, PortalForm, SliderInput
from portal.ui.sorting import ASCENDING, Heading

# One section of the gallery a component, each in templates/ui/gallery/<name>.html, in this order.
SECTIONS = (
    "mark",
    "button",
    "post_button",
    "badge",
    "light",
    "tile",
    "table",
    "sort_heading",
    "pagination",
    "summary",
    "steps",
    "progress",
    "bar_chart",
    "field",
    "slider",
    "error_summary",
    "notice",
    "empty_state",
    "evidence",
    "comparison",
    "history",
    "breadcrumbs",
    "prose",
)


class SampleForm(PortalForm):
    """One field of each kind."""

    heading = forms.CharField(label="Rubrik", max_length=80, help_text="Kort och saklig, högst 80 tecken.")
    text = forms.CharField(label="Iakttagelse", widget=forms.Textarea)
    due_on = DateField(label="Klart senast", help_text="År-månad-dag, till exempel 2026-12-02.")
    amount = KronorField(label="Belopp per invånare (kr)")
    level = forms.ChoiceField(label="Allvarlighetsgrad", choices=[("1", "Mindre"), ("2", "Större"), ("3", "Allvarlig")])
    role = forms.ChoiceField(
        label="Medverkan",
        choices=[("a", "Orsakar"), ("b", "Bidrar till"), ("c", "Har koppling till")],
        widget=forms.RadioSelect,
    )
    areas = forms.MultipleChoiceField(
        label="Områden",
        choices=[("m", "Mänskliga rättigheter"), ("a", "Arbetares rättigheter"), ("e", "Miljö")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    document = forms.FileField(label="Underlag", required=False, help_text="PDF, JPEG eller PNG, högst 20 MB.")
    is_shared = forms.BooleanField(label="Dela med alla", required=False)


class SliderForm(PortalForm):
    """A number with its slider, in a form that answers while one types."""

    is_live = True
    ore = forms.IntegerField(label="Belopp per invånare (öre)", widget=SliderInput(highest=500, step="5"), initial=100)


PROSE_SAMPLE = """# Vad leverantören ska göra

Leverantören ska ha rutiner som **är beslutade** och som omfattar:

1. de egna verksamheterna
2. leveranskedjan
   - råvara
   - bearbetning

> Rutinerna ska vara skriftliga.

Läs mer hos [Upphandlingsmyndigheten](https://www.upphandlingsmyndigheten.se/).
"""


def gallery_context() -> dict[str, Any]:
    """Forms (untouched and refused), steps, bars and days for the samples."""
    refused = SampleForm({"heading": "a" * 90, "due_on": "i övermorgon", "amount": "-1", "role": "x", "level": "2"})
    return {
        "sections": [{"name": name, "template": f"ui/gallery/{name}.html"} for name in SECTIONS],
        "sample_form": SampleForm(auto_id="sample_%s", initial={"amount": 100, "due_on": clock.today()}),
        "refused_form": refused,
        "slider_form": SliderForm(auto_id="slider_%s"),
        "steps": [
            SimpleNamespace(label="Planerad", detail="3 feb", state="done"),
            SimpleNamespace(label="Självskattning", detail="hoppades över", state="skipped"),
            SimpleNamespace(label="Kontorsrevision", detail="14 april", state="done"),
            SimpleNamespace(label="Åtgärdsplan", detail="2 av 5 klara", state="current"),
            SimpleNamespace(label="Återrevision", detail="höst", state=""),
            SimpleNamespace(label="Avslutad", detail="", state=""),
        ],
        "bars": [
            Bar("Stockholm", 2_415_139, "2 415 139 kr"),
            Bar("Västra Götaland", 1_744_859, "1 744 859 kr"),
            Bar("Skåne", 1_402_425, "1 402 425 kr"),
            Bar("Jämtland Härjedalen", 131_418, "131 418 kr", marked=True),
        ],
        "changes": [
            SimpleNamespace(
                at=clock.now(),
                label="update",
                kind="leverantör",
                name="Fjällpapper AB",
                who="Nils Norberg",
                fields=[
                    SimpleNamespace(label="ort", before="Östersund", after="Åre"),
                    SimpleNamespace(label="webbplats", before=None, after="https://fjallpapper.example"),
                ],
            ),
            SimpleNamespace(
                at=clock.now() - timedelta(days=40),
                label="insert",
                kind="leverantör",
                name="Fjällpapper AB",
                who="",
                fields=[],
            ),
        ],
        "sort_headings": [
            Heading("Leverantör", "#sort_heading", ASCENDING),
            Heading("Inlämnad", "#sort_heading", ""),
        ],
        "late_on": clock.today() - timedelta(days=12),
        "due_on": clock.today() + timedelta(days=9),
        "now": clock.now(),
        "prose_sample": PROSE_SAMPLE,
    }
