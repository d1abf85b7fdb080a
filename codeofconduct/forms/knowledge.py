"""Input about questions, answers and the guidance they become."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import Area, Channel
from codeofconduct.forms.speaking import SpeakingForm, capitalised
from codeofconduct.models import Enquiry, PurchaseCategory
from portal import clock
from portal.ui.forms import DateField, PortalForm, VersionMixin
from regions.models import Region

ANSWER = ("subject", "question", "answer", "is_shared", "area", "category")


class AboutForm(PortalForm):
    """What a question is about: an area, a purchase category, both or neither."""

    area = forms.ChoiceField(
        label=_("Area"), required=False, choices=[("", _("No particular area")), *capitalised(Area)]
    )
    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Purchase category"),
        required=False,
        empty_label=_("No particular category"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("category", PurchaseCategory.objects.in_swedish_order())


class KnowledgeForm(AboutForm):
    """The query string of the page, which can be shared."""

    is_filter = True
    field_order = ["q", "area", "category"]

    q = forms.CharField(
        label=_("Search questions, answers and guidance"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("area", [("", _("All")), *capitalised(Area)])
        category = self.fields["category"]
        if isinstance(category, forms.ModelChoiceField):
            category.empty_label = _("All")


class QuestionForm(AboutForm):
    """What is asked."""

    field_order = ["subject", "question", "area", "category"]

    subject = forms.CharField(
        label=_("Subject"), max_length=200, error_messages={"required": _("Write in a few words what it is about.")}
    )
    question = forms.CharField(
        label=_("Question"),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write the question.")},
    )


class AskForm(SpeakingForm, QuestionForm):
    """A question of one's own."""

    field_order = ["region", *QuestionForm.field_order]


class EnquiryForm(QuestionForm):
    """A question that came by mail or telephone."""

    field_order = ["channel", "asked_by_name", "region", "asked_on", *QuestionForm.field_order]

    channel = forms.ChoiceField(
        label=_("Came by"),
        choices=[choice for choice in capitalised(Channel) if choice[0] != Channel.PORTAL],
        widget=forms.RadioSelect,
        initial=Channel.MAIL,
        error_messages={"required": _("Choose how the question came.")},
    )
    asked_by_name = forms.CharField(
        label=_("Asked by"),
        max_length=200,
        required=False,
        help_text=_("Shown only to the secretariat and the person's own region."),
    )
    region = forms.ModelChoiceField(
        Region.objects.none(),
        to_field_name="code",
        label=_("Region"),
        required=False,
        empty_label=_("No region"),
    )
    asked_on = DateField(
        label=_("Asked on"), initial=clock.today, error_messages={"required": _("Write the day when it was asked.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("region", Region.objects.in_swedish_order())

    def clean_asked_on(self) -> date:
        asked_on: date = self.cleaned_data["asked_on"]
        if asked_on > clock.today():
            raise ValidationError(_("The day has not come yet. Choose today or an earlier day."), code="future")
        return asked_on


class AnswerForm(VersionMixin, QuestionForm):
    """An answer, with the question as others may read it."""

    field_order = ["answer", "is_shared", *QuestionForm.field_order]

    answer = forms.CharField(
        label=_("Answer"),
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Write the answer.")},
    )
    is_shared = forms.BooleanField(label=_("All regions may read question and answer"), required=False)

    def __init__(self, *args: Any, enquiry: Enquiry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (*ANSWER, "version"):
            self.fields[name].initial = getattr(enquiry, name)
        self.fields["question"].help_text = _(
            "If all regions may read it, take out names and what is secret. What was asked stays in the history."
        )


class GuidanceForm(AboutForm):
    """Guidance made of an answer: a page of one section, which later versions can extend."""

    field_order = ["title_sv", "title_en", "body_sv", "body_en", "area", "category", "valid_from"]

    title_sv = forms.CharField(
        label=_("Title in Swedish"), max_length=200, error_messages={"required": _("Write the title.")}
    )
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    body_sv = forms.CharField(
        label=_("Text in Swedish"),
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": _("Write the text of the guidance.")},
    )
    body_en = forms.CharField(label=_("Text in English"), required=False, widget=forms.Textarea(attrs={"rows": 8}))
    valid_from = DateField(
        label=_("In force from"),
        initial=clock.today,
        error_messages={"required": _("Write the day from which it is in force.")},
    )

    def __init__(self, *args: Any, enquiry: Enquiry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start = {"title_sv": "subject", "body_sv": "answer", "area": "area", "category": "category"}
        for name, told in start.items():
            self.fields[name].initial = getattr(enquiry, told)
