"""What is done with corrective actions and the plan for them: by those who work in the follow-up, and by the supplier."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import SupplierContact
from followups.enums.actions import Move, Rule, Verification
from followups.forms.fields import FutureDateField, SubmissionField, UploadsField, check_validity
from followups.models import ActionPlan, Audit, CorrectiveAction, PlanDraft
from followups.models.actions import RESPONSIBLE_MAX
from followups.models.findings import DESCRIPTION_MAX, TEXT_MAX
from followups.planning import PlanAnswer, Proposal, Recipient
from portal.ui.forms import DateField, PastDateField, PortalForm, VersionMixin
from portal.ui.templatetags.formats import day

_COMMENTS: dict[Move, tuple[Any, Any]] = {
    Move.RETURN: (_("What is missing?"), _("The supplier reads it.")),
    Move.REJECT: (_("What is not enough?"), _("The supplier reads it.")),
    Move.EXTEND: (_("Why is the date extended?"), _("The supplier reads it.")),
    Move.REOPEN: (_("Why is it opened again?"), _("The supplier reads it.")),
    Move.ACCEPT: (_("Your comment"), _("The supplier reads it.")),
    Move.CLEAR: (_("What was verified?"), ""),
}


class CarriedOutField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Audit) -> str:
        return f"{obj}, {day(obj.carried_out_on)}"


class ActionMoveForm(VersionMixin, PortalForm):
    """One move of the table: its comment, its date, and for a clearing how it was verified.

    `audits`: the follow-up audits that it can have been verified at; where there is one, the form asks at which.
    """

    text = forms.CharField(
        required=False,
        max_length=DESCRIPTION_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write it in a sentence: the other side reads it.")},
    )
    due_on = FutureDateField(
        label=_("New due date"), required=False, error_messages={"required": _("Choose the new due date.")}
    )
    verification = forms.ChoiceField(
        label=_("How was it verified?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it was verified.")},
    )
    verified_in = CarriedOutField(
        Audit.objects.none(),
        to_field_name="public_id",
        label=_("At which follow-up audit?"),
        required=False,
        empty_label=_("Not at a follow-up audit"),
    )

    field_order = ("verification", "verified_in", "text", "due_on")

    def __init__(
        self, *args: Any, action: CorrectiveAction, rule: Rule, audits: QuerySet[Audit], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.action, self.rule = action, rule
        self.fields["version"].initial = action.version
        label, help_text = _COMMENTS[rule.move]
        self.fields["text"].label, self.fields["text"].help_text = label, help_text
        self.fields["text"].required = rule.needs_text
        self.fields["due_on"].required = rule.needs_date
        self.offer("verification", [(how.value, capfirst(str(how.label))) for how in Verification])
        self.offer("verified_in", audits)
        if rule.move != Move.CLEAR:
            del self.fields["verification"]
        if rule.move != Move.CLEAR or not audits:
            del self.fields["verified_in"]
        if rule.move in (Move.RETURN, Move.CLEAR):
            del self.fields["due_on"]
        elif rule.move == Move.ACCEPT:
            self.fields["due_on"].label = _("Due date that you agree on")
            self.fields["due_on"].initial = action.proposed_due_on or action.due_on

    def clean_due_on(self) -> date | None:
        """An extension leads further than the date that stands."""
        due_on: date | None = self.cleaned_data["due_on"]
        if due_on and self.rule.move == Move.EXTEND and due_on <= self.action.next_due:
            raise forms.ValidationError(_("Choose a day after the present due date."), code="order")
        return due_on

    def clean(self) -> dict[str, Any]:
        """The audit and the way of verifying tell the same."""
        cleaned = super().clean()
        if "verified_in" in cleaned and "verification" in cleaned:
            in_audit = cleaned["verification"] == Verification.AUDIT
            if in_audit and cleaned["verified_in"] is None:
                self.add_error("verified_in", _("Choose the follow-up audit that it was verified at."))
            elif not in_audit and cleaned["verified_in"] is not None:
                self.add_error("verified_in", _("You chose that it was verified in another way than at an audit."))
        return cleaned


class AskPlanForm(VersionMixin, PortalForm):
    """Who at the supplier is asked for the plan, and by when."""

    contacts = forms.ModelMultipleChoiceField(
        SupplierContact.objects.none(),
        to_field_name="public_id",
        label=_("Who at the supplier gets the link?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    name = forms.CharField(label=_("Someone else: name"), required=False, max_length=150)
    email = forms.EmailField(label=_("Someone else: e-mail address"), required=False, max_length=254)
    language = forms.ChoiceField(label=_("Someone else: language"), required=False)
    due_on = FutureDateField(
        label=_("By when is the plan due?"), error_messages={"required": _("Choose by when the plan is due.")}
    )

    def __init__(
        self,
        *args: Any,
        contacts: Any,
        plan: ActionPlan | None,
        due_on: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("contacts", contacts)
        self.offer("language", [("sv", _("Swedish")), ("en", _("English"))])
        self.fields["version"].initial = plan.version if plan else 0
        self.fields["due_on"].initial = due_on

    def clean(self) -> dict[str, Any]:
        """Adds `recipients`: the chosen contacts, and whoever is written in."""
        cleaned = super().clean()
        name, email = cleaned.get("name", ""), cleaned.get("email", "")
        chosen = list(cleaned.get("contacts") or [])
        if bool(name) != bool(email) and not {"name", "email"} & set(self.errors):
            self.add_error("email" if name else "name", _("Write both name and e-mail address."))
        if not chosen and not email and not {"contacts", "name", "email"} & set(self.errors):
            self.add_error("contacts", _("Choose a contact, or write name and e-mail address of someone else."))
        cleaned["recipients"] = [Recipient(each.name, each.email, each.language) for each in chosen]
        if name and email:
            cleaned["recipients"].append(Recipient(name, email, cleaned.get("language") or "sv"))
        return cleaned


class AnswerForm(VersionMixin, PortalForm):
    """The answer to the supplier's plan for one action; one that is left out waits."""

    move = forms.ChoiceField(label=_("Your answer"), widget=forms.RadioSelect, required=False)
    text = forms.CharField(
        label=_("Your comment"),
        required=False,
        max_length=DESCRIPTION_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The supplier reads it. Needed when you ask for completion."),
    )
    due_on = FutureDateField(label=_("Due date that you agree on"), required=False)

    def __init__(self, *args: Any, action: CorrectiveAction, **kwargs: Any) -> None:
        super().__init__(*args, prefix=action.public_id, **kwargs)
        self.action = action
        self.offer("move", [("", _("Not yet")), *((move.value, move.label) for move in (Move.ACCEPT, Move.RETURN))])
        self.fields["version"].initial = action.version
        self.fields["due_on"].initial = action.proposed_due_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("move") == Move.RETURN and not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", _("Write what is missing: the supplier reads it."))
        return cleaned

    @property
    def answer(self) -> PlanAnswer | None:
        """Of a valid form; None where the answer waits."""
        said = self.cleaned_data
        if not said["move"]:
            return None
        move = Move(said["move"])
        return PlanAnswer(said["version"], move, said["text"], said["due_on"] if move == Move.ACCEPT else None)


class ProposalForm(PortalForm):
    """The supplier's plan for one action. What is sent must be whole; as a draft it may lack anything."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    draft_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    measures = forms.CharField(
        label=_("What will you do?"),
        required=False,
        max_length=DESCRIPTION_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    responsible = forms.CharField(
        label=_("Who is responsible?"),
        required=False,
        max_length=RESPONSIBLE_MAX,
        help_text=_("A role is enough, for example head of purchasing."),
    )
    starts_on = DateField(label=_("When do you begin?"), required=False)
    due_on = FutureDateField(label=_("When is it done?"), required=False)

    FIELDS = ("measures", "responsible", "starts_on", "due_on")
    needed = frozenset({"measures", "responsible", "due_on"})

    def __init__(
        self, *args: Any, action: CorrectiveAction, draft: PlanDraft | None, sends: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, prefix=action.public_id, **kwargs)
        self.action, self.draft, self.sends = action, draft, sends
        self.fields["version"].initial = action.version
        self.fields["draft_version"].initial = draft.version if draft else 0
        for name in self.FIELDS:
            self.fields[name].initial = getattr(draft, name) if draft else _of_last_round(action, name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("due_on")
        if first and last and last < first:
            self.add_error("due_on", _("It cannot be done before it begins."))
        if self.sends and self.is_begun:
            missing = {
                "measures": _("Write what you will do."),
                "responsible": _("Write who is responsible."),
                "due_on": _("Write when it is done."),
            }
            for name, sentence in missing.items():
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return cleaned

    @property
    def is_begun(self) -> bool:
        """Whether anything is written."""
        return any(self.data.get(self.add_prefix(name), "").strip() for name in self.FIELDS)

    @property
    def proposal(self) -> Proposal:
        """Of a valid form."""
        return Proposal(**{name: self.cleaned_data[name] for name in self.FIELDS})


def _of_last_round(action: CorrectiveAction, name: str) -> Any:
    """What the supplier sent last, to be completed."""
    return action.proposed_due_on if name == "due_on" else getattr(action, name)


class DeliveryForm(PortalForm):
    """What has been done, a part or all of it."""

    submission = SubmissionField()
    text = forms.CharField(
        label=_("What have you done?"),
        max_length=DESCRIPTION_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write what you have done.")},
    )
    uploads = UploadsField(
        label=_("Evidence"),
        required=False,
        help_text=_(
            "Photos (JPEG, PNG) or PDF, several at once, at most 20 MB each. Other data in photos, such as place, is removed."
        ),
    )
    effective_on = PastDateField(
        label=_("Effective date of the evidence"),
        required=False,
        help_text=_("What day the documents or photos are from, or speak of."),
    )
    valid_until_on = DateField(label=_("Valid until"), required=False, help_text=_("For certificates and the like."))
    is_complete = forms.BooleanField(
        label=_("Everything is done, and can be verified"),
        required=False,
        help_text=_("Leave it empty to hand in a part now and more later."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        check_validity(self)
        return cleaned


class ReplyForm(VersionMixin, PortalForm):
    """The supplier's reply to a finding."""

    text = forms.CharField(
        label=_("Your reply"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Write your reply.")},
    )

    def __init__(self, *args: Any, reply: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = reply.version if reply else 0
        self.fields["text"].initial = reply.text if reply else ""
