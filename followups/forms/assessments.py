"""What the secretariat and the regions enter about a self-assessment."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import QuestionnaireVersion, SupplierContact
from followups.enums.assessments import Recommended
from followups.forms.fields import FutureDateField, SubmissionField, refuse_past
from followups.models import FollowUp, SelfAssessment
from followups.models.assessments import REASON_MAX
from followups.queries.assessments import questionnaires_for
from portal import clock
from portal.ui.forms import DateField, PortalForm, VersionMixin
from regions.models import User

# Days that a supplier is given unless someone says otherwise, and those for a reply.
DAYS_TO_ANSWER = 28
DAYS_TO_REPLY = 10


# Does the lead region follow the recommendation?
FOLLOWS = [("yes", _("Yes, we do as recommended")), ("no", _("No, we do something else"))]


def questionnaire_label(version: QuestionnaireVersion) -> str:
    """The questionnaire with its version and the clause whose requirements it informs."""
    clause = _("contract clause %(version)s") % {"version": version.clause_version}
    return f"{version.questionnaire.title} {version.name} · {clause}"


class QuestionnaireField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            QuestionnaireVersion.objects.none(),
            to_field_name="public_id",
            label=_("Questionnaire"),
            empty_label=None,
            help_text=_("Versions for the follow-up's contract clause come first."),
            error_messages={"required": _("Choose a questionnaire.")},
            **kwargs,
        )

    def label_from_instance(self, obj: QuestionnaireVersion) -> str:
        return questionnaire_label(obj)


class SendForm(PortalForm):
    """Which questionnaire, until when, and to whom. What is typed of a person is only read where no contact is chosen."""

    submission = SubmissionField()
    questionnaire_version = QuestionnaireField()
    due_on = FutureDateField(
        label=_("To be answered by"), error_messages={"required": _("Write by when it is to be answered.")}
    )
    contact = forms.ModelChoiceField(
        SupplierContact.objects.none(),
        to_field_name="public_id",
        label=_("Who at the supplier answers?"),
        required=False,
        empty_label=_("Someone else"),
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=150)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    language = forms.ChoiceField(
        label=_("Language of the letter and the pages"),
        choices=[("sv", _("Swedish")), ("en", _("English"))],
        required=False,
        help_text=_("A chosen contact is written to in the contact's own language."),
    )

    def __init__(self, *args: Any, user: User, follow_up: FollowUp, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("questionnaire_version", questionnaires_for(follow_up))
        contacts = SupplierContact.objects.visible_to(user).current().filter(supplier=follow_up.supplier_id)
        self.offer("contact", contacts.order_by("name", "pk"))
        self.fields["due_on"].initial = clock.today() + timedelta(days=DAYS_TO_ANSWER)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if contact := cleaned.pop("contact", None):
            return {**cleaned, "name": contact.name, "email": contact.email, "language": contact.language}
        for name, sentence in (("name", _("Write the name.")), ("email", _("Write the e-mail address."))):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        cleaned["language"] = cleaned.get("language") or "sv"
        return cleaned


class ChangeForm(VersionMixin, PortalForm):
    """Another date or version of the questionnaire, while the supplier answers."""

    questionnaire_version = QuestionnaireField()
    due_on = DateField(
        label=_("To be answered by"), error_messages={"required": _("Write by when it is to be answered.")}
    )

    def __init__(self, *args: Any, assessment: SelfAssessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assessment = assessment
        self.offer("questionnaire_version", questionnaires_for(assessment.follow_up))
        for name in ("questionnaire_version", "due_on", "version"):
            self.fields[name].initial = getattr(assessment, name)

    def clean_due_on(self) -> Any:
        """Today or later; the day that stands may stay."""
        due_on = self.cleaned_data["due_on"]
        if due_on != self.assessment.due_on:
            refuse_past(due_on)
        return due_on


def _reason(label: Any, sentence: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": sentence},
        **options,
    )


class WithdrawForm(PortalForm):
    reason = _reason(_("Reason"), _("Write why it is withdrawn."))


class AskForm(PortalForm):
    """A question about an answer."""

    submission = SubmissionField()
    question = _reason(
        _("What do you want to know?"), _("Write the question."), help_text=_("The supplier reads this and replies.")
    )
    due_on = FutureDateField(label=_("Reply by"), error_messages={"required": _("Write by when a reply is wanted.")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = clock.today() + timedelta(days=DAYS_TO_REPLY)


class RecommendForm(VersionMixin, PortalForm):
    """What ought to come next."""

    recommendation = forms.ChoiceField(
        label=_("What do you recommend?"),
        choices=Recommended,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you recommend.")},
    )
    reason = _reason(_("Reason"), _("Write the reason."), help_text=_("The lead region reads it and answers."))

    def __init__(self, *args: Any, assessment: SelfAssessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = assessment.version
        self.fields["recommendation"].initial = assessment.recommendation or None
        self.fields["reason"].initial = assessment.recommendation_reason

    def clean_recommendation(self) -> Recommended:
        return Recommended(self.cleaned_data["recommendation"])


class RegionAnswerForm(VersionMixin, PortalForm):
    """The lead region accepts, or says what it does instead."""

    accepts = forms.TypedChoiceField(
        label=_("Does the region follow the recommendation?"),
        choices=FOLLOWS,
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    answer = forms.CharField(
        label=_("Answer"),
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed where the region does something else: what, and why."),
    )

    def __init__(self, *args: Any, assessment: SelfAssessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = assessment.version

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("accepts") is False and not cleaned.get("answer") and "answer" not in self.errors:
            self.add_error("answer", _("Write what the region does instead, and why."))
        return cleaned
