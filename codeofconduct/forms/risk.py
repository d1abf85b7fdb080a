"""Input about risk assessments and the heat map."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from codeofconduct.countries import country_choices
from codeofconduct.enums import Area, RiskLevel
from codeofconduct.forms.categories import group_field
from codeofconduct.forms.speaking import capitalised
from codeofconduct.models import PurchaseCategory, RiskAssessment
from codeofconduct.queries.categories import period_that_counts
from codeofconduct.queries.risk import comparable_with
from codeofconduct.scores import MOST_POINTS
from portal.files.checks import PDF
from portal.files.forms import UploadField
from portal.ui.forms import PastDateField, PortalForm, VersionMixin
from portal.ui.templatetags.formats import day
from regions.models import PurchasingGroup, User

WORST, NAME = "worst", "name"
KNOWN_NEEDS = _("Needed with any level that is known.")


class RiskMapForm(PortalForm):
    """The query string of the heat map. What isn't valid narrows nothing and says so at its field."""

    is_filter = True

    order = forms.ChoiceField(
        label=_("Order"), required=False, choices=[(WORST, _("Highest risk first")), (NAME, _("By name"))]
    )
    area = forms.ChoiceField(label=_("Area of the code"), required=False)
    group = group_field(required=False, empty_label=_("All"))
    prioritised = forms.BooleanField(label=_("Only prioritised"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("area", [("", _("All")), *capitalised(Area)])
        self.offer("group", PurchasingGroup.objects.order_by("letter"))
        self.period = period_that_counts()
        if self.period:
            self.fields["prioritised"].label = _("Only prioritised %(period)s") % {"period": self.period}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["order"] = cleaned.get("order") or WORST
        cleaned["period"] = self.period
        return cleaned


class RisksOfCategoryForm(PortalForm):
    """The query string of an export: whose assessments, the earlier ones too."""

    is_filter = True

    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(), to_field_name="public_id", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("category", PurchaseCategory.objects.visible_to(user))


class AssessmentForm(PortalForm):
    """A new risk assessment: who assesses as of when. The cells are filled in one by one afterwards."""

    assessed_on = PastDateField(
        label=_("Assessed on"), error_messages={"required": _("Write the day that the assessment is of.")}
    )
    author = forms.CharField(
        label=_("Assessed by"),
        max_length=200,
        help_text=_("Who assessed: the secretariat, or a consultant."),
        error_messages={"required": _("Write who assessed.")},
    )
    source = forms.CharField(label=_("Source"), max_length=300, required=False)


class AssessmentEditForm(VersionMixin, AssessmentForm):
    """The draft as a whole, with its report."""

    summary = forms.CharField(label=_("Summary"), widget=forms.Textarea, required=False)
    report = UploadField(
        types=(PDF,),
        label=_("Report"),
        required=False,
        help_text=_("The report as PDF. Everyone with a role can read it once the assessment is settled."),
    )
    drops_report = forms.BooleanField(label=_("Take away the report that is attached"), required=False)

    def __init__(self, *args: Any, has_report: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_report:
            del self.fields["drops_report"]


class ReadForm(VersionMixin, PortalForm):
    """Nothing but the version that was read: what is settled or thrown away is what was seen."""


class PointsField(forms.TypedChoiceField):
    """0–4 points, or unknown."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", _("Unknown")), *((str(points), str(points)) for points in range(MOST_POINTS + 1))]
        super().__init__(choices=choices, coerce=int, empty_value=None, required=False, **kwargs)


class CellForm(VersionMixin, PortalForm):
    """An area of the code in a stage of the chain: the level, why, by what source, and who says so."""

    NEEDED = {
        "reason": _("Write why the level is as it is."),
        "source": _("Write the source of the level."),
        "dated_on": _("Write the date of the source."),
    }

    level = forms.ChoiceField(label=_("Level"), choices=capitalised(RiskLevel), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, required=False, help_text=KNOWN_NEEDS)
    source = forms.CharField(label=_("Source"), max_length=300, required=False, help_text=KNOWN_NEEDS)
    dated_on = PastDateField(label=_("Date of the source"), required=False, help_text=KNOWN_NEEDS)
    country = forms.ChoiceField(label=_("Country"), required=False)
    author = forms.CharField(
        label=_("Assessed by"), max_length=200, error_messages={"required": _("Write who assessed.")}
    )
    is_scored = forms.BooleanField(label=_("Show an inherent score"), required=False)
    country_points = PointsField(label=_("Points for the country"))
    sector_points = PointsField(label=_("Points for the sector"))
    product_points = PointsField(
        label=_("Points for the product"),
        help_text=_("0 is no particular risk, 4 the highest. What is unknown counts as 3; the sum is capped at 10."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("country", [("", _("No country in particular")), *country_choices()])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("level", RiskLevel.INSUFFICIENT) != RiskLevel.INSUFFICIENT:
            for name, message in self.NEEDED.items():
                if name in cleaned and not cleaned[name]:
                    self.add_error(name, message)
        return cleaned


class AssessmentChoiceField(forms.ModelChoiceField):
    """An assessment by its public id, told by its day and author."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{day(obj.assessed_on)} – {obj.author}"


class CompareForm(PortalForm):
    """Which other settled assessment of the category to compare with."""

    is_filter = True

    other = AssessmentChoiceField(
        RiskAssessment.objects.none(),
        to_field_name="public_id",
        label=_("Compare with"),
        required=False,
        empty_label=_("The latest of the others"),
    )

    def __init__(self, *args: Any, assessment: RiskAssessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("other", comparable_with(assessment))
