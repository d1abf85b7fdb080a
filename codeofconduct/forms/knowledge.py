"""Input about questions, answers and the guidance they become."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import Area, Channel
from codeofconduct.forms.speaking import SpeakingForm, capitalised
from codeofconduct.models import Enquiry, PurchaseCategory
from codeofconduct.personal import personal_data_in
from portal import clock
from portal.ui.forms import DateField, PastDateField, PortalForm, VersionMixin
from regions.models import Region

SHARED = _("All regions may read question and answer")
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


class DiscreetMixin(forms.Form):
    """For texts that all regions will read: what points at a person is told once, and stays only where that is said."""

    persons_stay = forms.BooleanField(label=_("The names and numbers are meant to be read by all"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            del self.fields["persons_stay"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        places = list(Region.objects.values_list("name", flat=True))
        found = {
            name: personal_data_in(self.cleaned_data.get(name, ""), self.persons(), places)
            for name in self.read_by_all()
        }
        if not any(found.values()):
            del self.fields["persons_stay"]
        elif not self.cleaned_data.get("persons_stay"):
            for name in filter(found.get, found):
                told = {"found": ", ".join(found[name])}
                self.add_error(
                    name, _("It points at a person: %(found)s. Take that out, or tick the box below.") % told
                )
        self.cleaned_data.pop("persons_stay", None)
        return self.cleaned_data

    def read_by_all(self) -> Iterable[str]:
        """The fields whose texts all regions will read."""
        raise NotImplementedError

    def persons(self) -> Iterable[str]:
        """Who may be named in the texts without having thought of it."""
        raise NotImplementedError


def persons_of(enquiry: Enquiry) -> list[str]:
    """Who asked, and who wrote it down."""
    return [enquiry.asked_by_name, str(enquiry.created_by)]


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


class EnquiryForm(DiscreetMixin, QuestionForm):
    """A question that came by mail or telephone, with its answer where it has been given already."""

    field_order = [
        *("channel", "asked_by_name", "region", "asked_on", *QuestionForm.field_order),
        *("answer", "answered_on", "is_shared", "persons_stay"),
    ]

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
    asked_on = PastDateField(
        label=_("Asked on"), initial=clock.today, error_messages={"required": _("Write the day when it was asked.")}
    )

    answer = forms.CharField(
        label=_("Answer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("If it has been given already. Otherwise the question waits for its answer."),
    )
    answered_on = PastDateField(label=_("Answered on"), required=False, help_text=_("Empty means today."))
    is_shared = forms.BooleanField(label=SHARED, required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("region", Region.objects.in_swedish_order())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        asked_on, answered_on = cleaned.get("asked_on"), cleaned.get("answered_on")
        if answered_on and not cleaned.get("answer"):
            self.add_error("answer", _("Write the answer."))
        if answered_on and asked_on and answered_on < asked_on:
            self.add_error("answered_on", _("The answer can't come before the question."))
        return cleaned

    def read_by_all(self) -> Iterable[str]:
        told = self.cleaned_data.get("answer") and self.cleaned_data.get("is_shared")
        return ("subject", "question", "answer") if told else ()

    def persons(self) -> Iterable[str]:
        return [self.cleaned_data.get("asked_by_name", "")]


class AnswerForm(DiscreetMixin, VersionMixin, QuestionForm):
    """An answer, with the question as others may read it."""

    field_order = ["answer", "is_shared", *QuestionForm.field_order, "persons_stay"]

    answer = forms.CharField(
        label=_("Answer"),
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Write the answer.")},
    )
    is_shared = forms.BooleanField(label=SHARED, required=False)

    def __init__(self, *args: Any, enquiry: Enquiry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enquiry = enquiry
        for name in (*ANSWER, "version"):
            self.fields[name].initial = getattr(enquiry, name)
        self.fields["question"].help_text = _(
            "If all regions may read it, take out names and what is secret. What was asked stays in the history."
        )

    def read_by_all(self) -> Iterable[str]:
        return ("subject", "question", "answer") if self.cleaned_data.get("is_shared") else ()

    def persons(self) -> Iterable[str]:
        return persons_of(self.enquiry)


class GuidanceForm(DiscreetMixin, AboutForm):
    """Guidance made of an answer: a page of one section, which later versions can extend."""

    field_order = ["title_sv", "title_en", "body_sv", "body_en", "area", "category", "valid_from", "persons_stay"]

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
        self.enquiry = enquiry
        start = {"title_sv": "subject", "body_sv": "answer", "area": "area", "category": "category"}
        for name, told in start.items():
            self.fields[name].initial = getattr(enquiry, told)

    def read_by_all(self) -> Iterable[str]:
        return ("title_sv", "title_en", "body_sv", "body_en")

    def persons(self) -> Iterable[str]:
        return persons_of(self.enquiry)
