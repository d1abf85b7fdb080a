"""Input about results that others made."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Facility, PurchaseCategory, Supplier
from followups.enums.follow_ups import Colour
from followups.enums.reuse import BodyKind, Method, TermsLevel
from followups.models import ExternalResult, ResultBody
from followups.models.external import SUMMARY_MAX
from portal.files.checks import PDF
from portal.files.forms import UploadField
from portal.ui.forms import DateField, PastDateField, PortalForm, VersionMixin
from regions.enums import SharingTier
from regions.models import Region, User
from regions.permissions import access_of, is_staff

TIERS = (SharingTier.CONCERNED, SharingTier.REGIONS, SharingTier.PUBLIC)


def _words(choices: Any) -> list[tuple[str, str]]:
    return [(each.value, capfirst(str(each.label))) for each in choices]


class ResultForm(PortalForm):
    """Who followed the supplier up, when, under which terms, how, and what came of it."""

    body = forms.ModelChoiceField(
        ResultBody.objects.none(),
        to_field_name="public_id",
        label=_("Who carried it out?"),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose who carried it out.")},
    )
    auditor = forms.CharField(label=_("Auditing firm"), required=False, max_length=200)
    carried_out_on = PastDateField(
        label=_("When was it carried out?"), error_messages={"required": _("Write when it was carried out.")}
    )
    method = forms.ChoiceField(label=_("Method"), error_messages={"required": _("Choose the method.")})
    terms_level = forms.ChoiceField(
        label=_("Level of the terms"),
        help_text=_("What the supplier was followed up against, compared with our contract clause."),
        error_messages={"required": _("Choose the level.")},
    )
    terms = forms.CharField(
        label=_("Which terms?"), required=False, max_length=200, help_text=_("For example SMETA 6.1, 4 pillars.")
    )
    light = forms.ChoiceField(label=_("Outcome as a light"), required=False)
    action_plan_on = DateField(
        label=_("Action plan until"),
        required=False,
        help_text=_("If deviations are open: by when they are to be remedied. Without it the result cannot be reused."),
    )
    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Purchase category"),
        required=False,
        empty_label=_("None in particular"),
    )
    facility = forms.ModelChoiceField(
        Facility.objects.none(),
        to_field_name="public_id",
        label=_("Facility"),
        required=False,
        empty_label=_("None in particular"),
    )
    summary = forms.CharField(
        label=_("Summary"),
        required=False,
        max_length=SUMMARY_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Leave out the names of confidential facilities and of people."),
    )
    document = UploadField(types=(PDF,), label=_("Document"), required=False, help_text=_("A PDF, at most 20 MB."))
    sharing_tier = forms.ChoiceField(
        label=_("Who may read it"), widget=forms.RadioSelect, initial=SharingTier.REGIONS.value
    )

    def __init__(self, *args: Any, user: User, supplier: Supplier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("body", ResultBody.objects.filter(is_offered=True).in_swedish_order())
        self.offer("method", [("", gettext("Choose")), *_words(Method)])
        self.offer("terms_level", [("", gettext("Choose")), *_words(TermsLevel)])
        self.offer("light", [("", gettext("Not told")), *_words(Colour)])
        self.offer("category", PurchaseCategory.objects.in_swedish_order())
        facilities = Facility.objects.visible_to(user).filter(supplier=supplier)
        self.offer("facility", facilities.in_swedish_order())
        self.offer("sharing_tier", [(tier.value, str(tier.label)) for tier in TIERS])

    def clean_sharing_tier(self) -> SharingTier:
        return SharingTier(self.cleaned_data["sharing_tier"])


class ResultRegisterForm(ResultForm):
    """A new one, also with the region that it is registered for."""

    region = forms.ModelChoiceField(Region.objects.none(), to_field_name="code", label=_("Registered for"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        field = self.fields["region"]
        if is_staff(user):
            field.required, field.empty_label = False, _("The secretariat")  # type: ignore[attr-defined]
            self.offer("region", Region.objects.in_swedish_order())
            return
        own = Region.objects.filter(pk__in=access_of(user).regions).in_swedish_order()
        self.offer("region", own)
        field.initial = own.first()
        if own.count() == 1:
            field.widget = forms.HiddenInput()


class ResultEditForm(VersionMixin, ResultForm):
    """A correction on what the page showed."""

    def __init__(self, *args: Any, result: ExternalResult, **kwargs: Any) -> None:
        super().__init__(*args, supplier=result.supplier, **kwargs)
        for name, field in self.fields.items():
            if name != "document":
                field.initial = getattr(result, name)
        offered = ResultBody.objects.filter(is_offered=True) | ResultBody.objects.filter(pk=result.body_id)
        self.offer("body", offered.in_swedish_order())
        if result.facility_id:
            # One that the user may not see stays chosen without being named to others.
            seen = self.fields["facility"].queryset  # type: ignore[attr-defined]
            if not seen.filter(pk=result.facility_id).exists():
                del self.fields["facility"]
        if result.document_id:
            self.fields["document"].label = _("Another document instead of the present one")


class ResultFilterForm(PortalForm):
    """The query string of the list of results."""

    is_filter = True

    q = forms.CharField(label=_("Supplier"), required=False, max_length=100)
    body = forms.ModelChoiceField(
        ResultBody.objects.none(),
        to_field_name="public_id",
        label=_("Carried out by"),
        required=False,
        empty_label=_("All"),
    )
    method = forms.ChoiceField(label=_("Method"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("body", ResultBody.objects.in_swedish_order())
        self.offer("method", [("", gettext("All")), *_words(Method)])


class BodyForm(PortalForm):
    """A body that follows suppliers up."""

    name = forms.CharField(label=_("Name"), max_length=150, error_messages={"required": _("Write the name.")})
    kind = forms.ChoiceField(label=_("Kind of body"))
    country = forms.CharField(
        label=_("Country"), required=False, max_length=2, help_text=_("Code of two letters, for example NO.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kind", _words(BodyKind))

    def clean_country(self) -> str:
        code = str(self.cleaned_data["country"]).upper()
        if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise forms.ValidationError(gettext("Write the code of two letters, for example NO."))
        return code
