"""Input about requirement sets."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import Area, Level, Stage
from codeofconduct.forms.speaking import SpeakingForm, capitalised
from codeofconduct.models import (
    PurchaseCategory,
    RequirementTopic,
    SustainabilityRequirement,
)
from codeofconduct.queries.requirements import categories_without_set
from codeofconduct.wording import Wording
from portal.ui.forms import PortalForm, VersionMixin
from regions.models import Region, User

WORDING = ("level", "text_sv", "text_en", "verification_sv", "verification_en", "area", "stage", "source")
BOTH_LEVELS = [("", _("Both levels")), *capitalised(Level)]


class SetSearchForm(PortalForm):
    """The query string of the list of sets."""

    is_filter = True

    q = forms.CharField(label=_("Purchase category"), required=False, max_length=100)
    open = forms.BooleanField(label=_("Only with open proposals"), required=False)


class LevelForm(PortalForm):
    """The query string of a set's page."""

    is_filter = True

    level = forms.ChoiceField(label=_("Level"), required=False, choices=BOTH_LEVELS)


class ExportForm(LevelForm):
    """What of the set goes into a tender document, in which language; by itself both levels in Swedish."""

    language = forms.ChoiceField(label=_("Language"), required=False, choices=settings.LANGUAGES)


class HarmonisationForm(PortalForm):
    """Of which contracts the degree is told."""

    is_filter = True

    region = forms.ModelChoiceField(
        Region.objects.none(), to_field_name="code", label=_("Region"), required=False, empty_label=_("All")
    )
    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Purchase category"),
        required=False,
        empty_label=_("All"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("region", Region.objects.in_swedish_order())
        self.offer("category", PurchaseCategory.objects.in_swedish_order())


class SetForm(PortalForm):
    """A new requirement set."""

    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Purchase category"),
        empty_label=_("Choose a purchase category"),
        error_messages={
            "required": _("Choose the purchase category."),
            "invalid_choice": _("Choose a category that has no requirement set yet."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("category", categories_without_set())


class TopicForm(PortalForm):
    """A new topic."""

    title_sv = forms.CharField(
        label=_("What the requirement is about, in Swedish"),
        max_length=200,
        error_messages={"required": _("Write what the requirement is about.")},
    )
    title_en = forms.CharField(label=_("The same in English"), max_length=200, required=False)


class TopicEditForm(VersionMixin, TopicForm):
    def __init__(self, *args: Any, topic: RequirementTopic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title_sv", "title_en", "version"):
            self.fields[name].initial = getattr(topic, name)


class WordingForm(PortalForm):
    """What a variant says."""

    level = forms.ChoiceField(
        label=_("Level"),
        choices=capitalised(Level),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the level.")},
    )
    text_sv = forms.CharField(
        label=_("Requirement in Swedish"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("As it should stand in the tender document."),
        error_messages={"required": _("Write the requirement.")},
    )
    verification_sv = forms.CharField(
        label=_("How it is verified, in Swedish"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write how it is verified that the requirement is met.")},
    )
    text_en = forms.CharField(
        label=_("Requirement in English"), required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    verification_en = forms.CharField(
        label=_("How it is verified, in English"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    area = forms.ChoiceField(
        label=_("Area of the risk that it meets"),
        choices=[("", _("Choose an area")), *capitalised(Area)],
        error_messages={"required": _("Choose the area of the risk that it meets.")},
    )
    stage = forms.ChoiceField(
        label=_("Stage of the chain where the risk is"),
        required=False,
        choices=[("", _("All stages")), *capitalised(Stage)],
    )
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=300,
        help_text=_("Where the requirement comes from: a criterion, an earlier procurement, a standard."),
    )

    def wording(self) -> Wording:
        return Wording(**{name: self.cleaned_data[name] for name in WORDING})


class ProposalForm(SpeakingForm, WordingForm):
    """A new variant; it may start from what another one says."""

    field_order = ["region", *WORDING]

    def __init__(self, *args: Any, user: User, start: SustainabilityRequirement | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        for name in WORDING:
            self.fields[name].initial = getattr(start, name, None)


class VariantEditForm(VersionMixin, WordingForm):
    def __init__(self, *args: Any, requirement: SustainabilityRequirement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (*WORDING, "version"):
            self.fields[name].initial = getattr(requirement, name)


class StartForm(PortalForm):
    """Which variant a proposal starts from: its public id in the query string; one that isn't there is none."""

    start = forms.ModelChoiceField(SustainabilityRequirement.objects.none(), to_field_name="public_id", required=False)

    def __init__(self, *args: Any, user: User, topic: RequirementTopic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("start", SustainabilityRequirement.objects.visible_to(user).filter(topic=topic))

    @property
    def chosen(self) -> SustainabilityRequirement | None:
        return self.cleaned_data["start"] if self.is_valid() else None


class CommentForm(SpeakingForm):
    """What someone says about a variant."""

    text = forms.CharField(
        label=_("Your comment"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write your comment.")},
    )


class AdoptForm(VersionMixin, PortalForm):
    """Decided on what the page showed."""

    note = forms.CharField(
        label=_("Note about the decision"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, requirement: SustainabilityRequirement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = requirement.version


class DeclineForm(VersionMixin, PortalForm):
    """Decided on what the page showed."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The region that proposed it reads why."),
        error_messages={"required": _("Write why the proposal is declined.")},
    )

    def __init__(self, *args: Any, requirement: SustainabilityRequirement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = requirement.version
