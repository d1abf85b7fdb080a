"""Input about governing documents: versions, their sections, requirements and parameters, and guidance."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import POINT_LETTERS, Area, ParameterUnit
from codeofconduct.models import ClauseParameter, ProcessRequirement, PurchaseCategory
from codeofconduct.models.governing import DocumentSection, GoverningVersion
from portal.ui.forms import DateField, PortalForm, VersionMixin

BODY_MAX = 20_000
WRITTEN = _("Blank lines part paragraphs; begin lines with - or 1. for lists, with ## for headings; **strong**.")


MISSING_LABELS = {
    "heading_en": _("Heading in English"),
    "body_sv": _("Text in Swedish"),
    "body_en": _("Text in English"),
    "criterion_sv": _("Assessment criterion in Swedish"),
    "criterion_en": _("Assessment criterion in English"),
}


def _line(label: Any, *, required: bool = True, length: int = 200, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=required, **options)


def _text(label: Any, rows: int = 12, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=BODY_MAX, required=False, widget=widget, **options)


class StartForm(PortalForm):
    """The name and first day of a version that begins."""

    name = _line(
        _("Name of the version"),
        length=100,
        help_text=_("Usually the year, for example 2026."),
        error_messages={"required": _("Write what the version is called.")},
    )
    valid_from = DateField(
        label=_("Planned first day"),
        help_text=_("You confirm the day when you adopt the version."),
        error_messages={"required": _("Write the day when the version is planned to come into force.")},
    )


class ReviseForm(VersionMixin, StartForm):
    """What a draft says of itself."""

    source = _line(
        _("Source"), required=False, length=300, help_text=_("The decision or publication that the version stands on.")
    )
    change_note = forms.CharField(
        label=_("What is new"), required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text=WRITTEN
    )

    def __init__(self, *args: Any, draft: GoverningVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].initial = getattr(draft, name)


class AdoptForm(VersionMixin, PortalForm):
    """From which day the version is in force: adopted on what the page showed."""

    valid_from = DateField(
        label=_("In force from"),
        help_text=_("The version before it ends the day before. A day that has passed is possible."),
        error_messages={"required": _("Write the day when the version comes into force.")},
    )

    def __init__(self, *args: Any, draft: GoverningVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].initial = getattr(draft, name)


class DiscardForm(VersionMixin, PortalForm):
    """The draft as it was when its end was decided."""

    def __init__(self, *args: Any, draft: GoverningVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = draft.version


class SectionForm(VersionMixin, PortalForm):
    """A section in both languages; of the code also which area it is about."""

    heading_sv = _line(_("Heading in Swedish"), required=False)
    heading_en = _line(_("Heading in English"), required=False)
    body_sv = _text(_("Text in Swedish"))
    body_en = _text(_("Text in English"))
    area = forms.ChoiceField(
        label=_("Area"), required=False, help_text=_("Of the four areas each has one section; others have none.")
    )

    def __init__(self, *args: Any, section: DocumentSection, has_area: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_area:
            self.offer("area", [("", _("None of the areas")), *Area.choices])
        else:
            del self.fields["area"]
        for name in self.fields:
            self.fields[name].initial = getattr(section, name)

    def clean(self) -> dict[str, Any]:
        """A section without heading, text and area would say nothing."""
        cleaned = super().clean()
        written = ("heading_sv", "body_sv", "area")
        if not self.errors and not any(cleaned.get(name) for name in written):
            self.add_error("heading_sv", _("Write a heading or a text in Swedish."))
        return cleaned


class MissingForm(VersionMixin, PortalForm):
    """The texts that an adopted version's section or requirement lacks, and those typed that someone else entered first."""

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = row.version
        self.texts = [name for name in row.enterable if name in row.missing or name in self.data]
        for name in self.texts:
            label = MISSING_LABELS[name]
            self.fields[name] = _line(label, required=False) if name == "heading_en" else _text(label)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not any(cleaned[name] for name in self.texts):
            self.add_error(self.texts[0] if self.texts else None, _("Write the text that is to be entered."))
        return cleaned


class RequirementForm(VersionMixin, PortalForm):
    """A requirement with its sub-points, lettered in their order, in both languages."""

    title_sv = _line(_("Title in Swedish"), error_messages={"required": _("Write the title in Swedish.")})
    title_en = _line(_("Title in English"), error_messages={"required": _("Write the title in English.")})
    criterion_sv = _text(_("Assessment criterion in Swedish"), rows=5)
    criterion_en = _text(_("Assessment criterion in English"), rows=5)

    def __init__(self, *args: Any, requirement: ProcessRequirement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].initial = getattr(requirement, name)
        stored = {point.letter: point for point in requirement.points.all()} if requirement.pk else {}
        small = forms.Textarea(attrs={"rows": 2})
        for letter in POINT_LETTERS:
            for language, label in (("sv", _("Point %(letter)s in Swedish")), ("en", _("Point %(letter)s in English"))):
                field = _line(label % {"letter": letter}, required=False, length=500, widget=small)
                field.initial = getattr(stored[letter], f"text_{language}") if letter in stored else ""
                self.fields[f"point_{letter}_{language}"] = field
                field.widget.attrs.pop("maxlength", None)

    @property
    def points(self) -> list[tuple[str, Any, Any]]:
        """The fields of each point: letter, Swedish, English."""
        return [(letter, self[f"point_{letter}_sv"], self[f"point_{letter}_en"]) for letter in POINT_LETTERS]

    def clean(self) -> dict[str, Any]:
        """`points` are those that are written, as (Swedish, English)."""
        cleaned = super().clean()
        points = []
        for letter in POINT_LETTERS:
            swedish, english = (cleaned.pop(f"point_{letter}_{language}", "") for language in ("sv", "en"))
            if english and not swedish:
                self.add_error(f"point_{letter}_sv", ValidationError(_("Write the point in Swedish too.")))
            elif swedish:
                points.append((swedish, english))
        return cleaned | {"points": points}


class ParameterForm(VersionMixin, PortalForm):
    """A number that the clause leaves open."""

    label_sv = _line(_("Name in Swedish"), error_messages={"required": _("Write the name in Swedish.")})
    label_en = _line(_("Name in English"), error_messages={"required": _("Write the name in English.")})
    unit = forms.ChoiceField(label=_("Unit"))
    default = forms.IntegerField(
        label=_("Default"),
        required=False,
        min_value=0,
        help_text=_("Empty where each contract states it."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(("invalid", "min_value"), _("Write a whole number, 0 or more.")),
    )

    def __init__(self, *args: Any, parameter: ClauseParameter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("unit", ParameterUnit.choices)
        for name in self.fields:
            self.fields[name].initial = getattr(parameter, name)


class GuidanceForm(StartForm):
    """A new line of guidance with its first version."""

    title_sv = _line(_("Title in Swedish"), error_messages={"required": _("Write the title in Swedish.")})
    title_en = _line(_("Title in English"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Purchase category"),
        required=False,
        empty_label=_("All"),
    )
    field_order = ("title_sv", "title_en", "area", "category", "name", "valid_from")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("area", [("", _("All areas")), *Area.choices])
        self.offer("category", PurchaseCategory.objects.in_swedish_order())


class GuidanceFilterForm(PortalForm):
    """The query string of the list."""

    is_filter = True

    q = forms.CharField(label=_("Search guidance"), required=False, max_length=200)
    area = forms.ChoiceField(label=_("Area"), required=False)
    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Purchase category"),
        required=False,
        empty_label=_("All"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("area", [("", _("All")), *Area.choices])
        self.offer("category", PurchaseCategory.objects.filter(guidance__isnull=False).distinct().in_swedish_order())


class CompareForm(PortalForm):
    """Which two versions of the line to lay beside each other, and in which language. A query string."""

    is_filter = True

    old: Any = forms.ModelChoiceField(None, to_field_name="public_id", label=_("Earlier version"), empty_label=None)
    new: Any = forms.ModelChoiceField(None, to_field_name="public_id", label=_("Later version"), empty_label=None)
    language = forms.ChoiceField(label=_("Language of the texts"), required=False)

    def __init__(self, *args: Any, versions: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("old", versions)
        self.offer("new", versions)
        self.offer("language", [("sv", _("Swedish")), ("en", _("English"))])


class LanguageForm(PortalForm):
    """In which language to show a text: that of the page unless the query string says so."""

    language = forms.ChoiceField(choices=[("sv", _("Swedish")), ("en", _("English"))])


class MoveForm(PortalForm):
    """Which way a section or a requirement moves."""

    direction = forms.ChoiceField(choices=[("up", _("up")), ("down", _("down"))])
