"""What the columns of a survey's workbook hold."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.models import PurchaseCategory, Question, QuestionnaireVersion
from followups.enums.follow_ups import Colour
from followups.forms.assessments import questionnaire_label
from followups.queries.surveys import answer_key, answerable
from portal.exchange.reading import heading_key
from portal.ui.forms import PortalForm
from regions.models import Region

NEEDED = {
    "supplier": gettext_lazy("Say which column holds the supplier."),
    "carried_out_on": gettext_lazy("Say which column holds the date when it was handed in."),
}
STATED = {
    "category": gettext_lazy("Choose the purchase category of all rows, or the column that holds it."),
    "lead_region": gettext_lazy("Choose the lead region of all rows, or the column that holds it."),
    "light": gettext_lazy("Choose the light of all rows, or the column that holds it."),
}
IN_A_COLUMN = gettext_lazy("A column of the file says it")


class VersionForm(PortalForm):
    """The query string: the questionnaire that the survey was."""

    is_filter = True

    questionnaire = forms.ChoiceField(label=gettext_lazy("Questionnaire"), required=False)

    def __init__(self, *args: Any, versions: Sequence[QuestionnaireVersion], before: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {version.public_id: version for version in versions}
        self.proposed = before if before in self.versions else versions[0].public_id
        self.offer("questionnaire", [(key, questionnaire_label(each)) for key, each in self.versions.items()])
        self.fields["questionnaire"].initial = self.proposed

    @property
    def version(self) -> QuestionnaireVersion:
        """The one asked for, the one that was chosen before, or the first."""
        asked = self.cleaned_data.get("questionnaire") if self.is_valid() else ""
        return self.versions[asked or self.proposed]


class MappingForm(PortalForm):
    """What goes for all rows, and what each column holds. `mapping` is what the resource is made with.

    `proposed`: what each heading seems to hold. `set_aside`: columns that nothing can be said of, because another has the
    same heading.
    """

    # One or the other is needed of nearly everything, so that no field by itself is called optional.
    is_filter = True

    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=gettext_lazy("Purchase category of all rows"),
        required=False,
        empty_label=IN_A_COLUMN,
    )
    lead_region = forms.ModelChoiceField(
        Region.objects.none(),
        to_field_name="code",
        label=gettext_lazy("Lead region of all rows"),
        required=False,
        empty_label=IN_A_COLUMN,
    )
    light = forms.ChoiceField(
        label=gettext_lazy("Light of all rows"),
        required=False,
        initial=Colour.YELLOW.value,
        help_text=gettext_lazy("As it was judged then. Yellow where nobody has judged the answers."),
    )
    skips_first = forms.BooleanField(
        label=gettext_lazy("The row below the headings belongs to the headings: leave it out"), required=False
    )

    def __init__(
        self,
        *args: Any,
        version: QuestionnaireVersion,
        columns: Sequence[Mapping[str, Any]],
        questions: Iterable[Question],
        proposed: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        if "light" in proposed.values():
            self.initial["light"] = ""
        self.offer("category", PurchaseCategory.objects.in_swedish_order())
        self.offer("lead_region", Region.objects.in_swedish_order())
        self.offer("light", [("", IN_A_COLUMN), *((value, capfirst(str(label))) for value, label in Colour.choices)])
        times = Counter(heading_key(column["heading"]) for column in columns)
        self.headings: dict[str, str] = {}
        self.set_aside: list[str] = []
        choices = _choices(questions)
        for column in columns:
            heading, shown = column["heading"], f"{column['heading']} ({column['letter']})"
            if not heading_key(heading) or times[heading_key(heading)] > 1:
                self.set_aside.append(shown)
                continue
            name = f"column_{column['letter']}"
            self.headings[name] = heading
            self.fields[name] = forms.ChoiceField(
                label=shown,
                choices=choices,
                required=False,
                initial=proposed.get(heading, ""),
                help_text=_("For example: %(examples)s") % {"examples": "; ".join(column["examples"])}
                if column["examples"]
                else _("The column is empty."),
            )

    @property
    def stated(self) -> list[forms.BoundField]:
        """The fields of what goes for all rows."""
        return [self[name] for name in self.fields if name not in self.headings]

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields of the columns."""
        return [self[name] for name in self.headings]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        held: dict[str, str] = {}
        for name, heading in self.headings.items():
            key = cleaned.get(name, "")
            if key and key in held:
                self.add_error(name, _("The column “%(heading)s” holds this already.") % {"heading": held[key]})
            elif key:
                held[key] = heading
        for key, sentence in NEEDED.items():
            if key not in held:
                self.add_error(None, sentence)
        for key, sentence in STATED.items():
            if key not in held and not cleaned.get(key) and key not in self.errors:
                self.add_error(key, sentence)
            elif key in held and cleaned.get(key):
                told = _("The column “%(heading)s” holds this: choose “%(choice)s” here, or another use of the column.")
                self.add_error(key, told % {"heading": held[key], "choice": IN_A_COLUMN})
        if not any(key not in NEEDED and key not in STATED for key in held):
            self.add_error(None, _("Say at least of one column which question it answers."))
        return cleaned

    @property
    def mapping(self) -> dict[str, Any]:
        """Of a valid form."""
        cleaned = self.cleaned_data
        facts = {
            "category": cleaned["category"].public_id if cleaned["category"] else "",
            "lead_region": cleaned["lead_region"].code if cleaned["lead_region"] else "",
            "light": cleaned["light"],
        }
        return {
            "version": self.version.public_id,
            "columns": {heading: cleaned[name] for name, heading in self.headings.items()},
            "facts": {key: value for key, value in facts.items() if value},
            "skips_first": cleaned["skips_first"],
        }


def _choices(questions: Iterable[Question]) -> list[tuple[str, Any]]:
    """What a column may hold."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for question in answerable(questions):
        label = f"{question.section.number}. {question.section.told('heading')}"
        sections.setdefault(label, []).append((answer_key(question), f"{question.place} {question.text}"))
    return [
        ("", _("Not used")),
        ("supplier", _("Supplier: organisation number or name")),
        ("carried_out_on", _("Date when it was handed in")),
        ("category", _("Purchase category")),
        ("lead_region", _("Lead region")),
        ("light", _("Light")),
        *sections.items(),
    ]
