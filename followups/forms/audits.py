"""Each write's values of an audit, from its order to its invoice."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Facility
from followups.enums.audits import AuditKind, Payer, Scope
from followups.forms.fields import SubmissionField
from followups.models import Audit, FollowUp, FrameworkAgreement
from followups.models.audits import AGENDA_MAX, REASON_MAX
from followups.queries.audits import can_be_followed, facilities_for, frameworks_for, payer_by_rule
from portal import clock
from portal.ui.forms import DateField, KronorField, PastDateField, PortalForm, VersionMixin
from portal.ui.templatetags.formats import day
from regions.models import User


class FrameworkForm(PortalForm):
    firm = forms.CharField(label=_("Firm"), max_length=200, error_messages={"required": _("Write the firm's name.")})
    number = forms.CharField(
        label=_("Agreement number"), max_length=60, error_messages={"required": _("Write the agreement's number.")}
    )
    valid_from = DateField(label=_("First day"), error_messages={"required": _("Write the first day.")})
    valid_to = DateField(label=_("Last day"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day can't be before the first day."))
        return cleaned


class FrameworkEditForm(VersionMixin, FrameworkForm):
    def __init__(self, *args: Any, framework: FrameworkAgreement, **kwargs: Any) -> None:
        names = ("firm", "number", "valid_from", "valid_to", "version")
        super().__init__(*args, initial={name: getattr(framework, name) for name in names}, **kwargs)


class FacilityField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Facility) -> str:
        return " · ".join(part for part in (obj.name, obj.city, obj.country) if part)


class OrderFields(PortalForm):
    """What is ordered, at what price, and who pays."""

    scope = forms.ChoiceField(
        label=_("What does it look at?"),
        widget=forms.RadioSelect,
        choices=[(scope.value, capfirst(scope.label)) for scope in Scope],
        error_messages={"required": _("Choose what the audit looks at.")},
    )
    facility = FacilityField(
        Facility.objects.none(),
        to_field_name="public_id",
        label=_("Facility"),
        required=False,
        empty_label=_("No particular facility"),
        help_text=_("A factory audit takes place at a facility. Register it on the supplier's page if it is missing."),
    )
    framework = forms.ModelChoiceField(
        FrameworkAgreement.objects.none(),
        to_field_name="public_id",
        label=_("Framework agreement"),
        required=False,
        empty_label=_("None: we carry it out ourselves"),
    )
    ordered_on = PastDateField(label=_("Ordered"), error_messages={"required": _("Write when it was ordered.")})
    order_reference = forms.CharField(label=_("Order reference"), required=False, max_length=60)
    price_ore = KronorField(label=_("Price in kronor, excluding VAT"), required=False)
    payer = forms.ChoiceField(label=_("Who pays?"), required=False)
    payer_reason = forms.CharField(
        label=_("Reason for another payer"),
        required=False,
        max_length=REASON_MAX,
        help_text=_("Only if someone else pays than the rule says."),
    )

    def __init__(self, *args: Any, user: User, follow_up: FollowUp, audit: Audit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("facility", facilities_for(user, follow_up))
        self.offer("framework", frameworks_for(user, audit))
        self.offer(
            "payer", [("", _("According to the rule")), *((payer.value, capfirst(payer.label)) for payer in Payer)]
        )
        self.fields["payer"].help_text = _(
            "The rule: the cooperation pays the first office audit and the first follow-up audit, the supplier the rest."
        )

    def clean_payer(self) -> Payer | None:
        return Payer(self.cleaned_data["payer"]) if self.cleaned_data["payer"] else None


class OrderForm(OrderFields):
    """An order. A follow-up audit says which audit it follows, a factory audit which facility it goes to."""

    submission = SubmissionField()
    kind = forms.ChoiceField(
        label=_("What kind of audit?"),
        widget=forms.RadioSelect,
        choices=[(kind.value, capfirst(kind.label)) for kind in AuditKind],
        error_messages={"required": _("Choose what kind of audit it is.")},
    )
    follows = forms.ModelChoiceField(
        Audit.objects.none(),
        to_field_name="public_id",
        label=_("Which audit does it follow up?"),
        required=False,
        empty_label=_("No earlier audit"),
        help_text=_("For a follow-up audit."),
    )
    planned_on = DateField(label=_("Planned date"), required=False)
    is_unannounced = forms.BooleanField(
        label=_("It comes unannounced: the supplier doesn't see it before it is carried out"), required=False
    )

    field_order = ("kind", "follows", "scope", "facility")

    def __init__(self, *args: Any, user: User, follow_up: FollowUp, **kwargs: Any) -> None:
        initial = {
            "kind": AuditKind.OFFICE,
            "scope": Scope.DUE_DILIGENCE,
            "ordered_on": clock.today(),
            "is_unannounced": follow_up.is_unannounced,
            "planned_on": follow_up.planned_on
            if follow_up.planned_on and follow_up.planned_on >= clock.today()
            else None,
        }
        super().__init__(*args, user=user, follow_up=follow_up, initial=initial, **kwargs)
        earlier = can_be_followed(follow_up)
        self.offer("follows", earlier)
        if not earlier:
            self.fields["follows"].widget = forms.HiddenInput()
            kinds = [kind for kind in AuditKind if kind != AuditKind.FOLLOW_UP]
            self.offer("kind", [(kind.value, capfirst(kind.label)) for kind in kinds])

    def clean_kind(self) -> AuditKind:
        return AuditKind(self.cleaned_data["kind"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind = cleaned.get("kind")
        if kind == AuditKind.FOLLOW_UP and not cleaned.get("follows"):
            self.add_error("follows", _("Choose the audit that it follows up."))
        elif kind and kind != AuditKind.FOLLOW_UP:
            cleaned["follows"] = None
        if kind == AuditKind.FACTORY and not cleaned.get("facility") and "facility" not in self.errors:
            self.add_error("facility", _("Choose the facility that the factory audit goes to."))
        refuse_before_order(self, cleaned.get("planned_on"), cleaned.get("ordered_on"))
        return cleaned


def refuse_before_order(form: PortalForm, planned_on: Any, ordered_on: Any) -> None:
    """A sentence at the planned date where it lies before the order."""
    if planned_on and ordered_on and planned_on < ordered_on:
        sentence = _("The audit was ordered on %(day)s. It can't take place before that.")
        form.add_error("planned_on", ValidationError(sentence, params={"day": day(ordered_on)}))


class OrderEditForm(VersionMixin, OrderFields):
    def __init__(self, *args: Any, user: User, audit: Audit, **kwargs: Any) -> None:
        names = ("scope", "ordered_on", "order_reference", "price_ore", "payer_reason", "version")
        initial = {name: getattr(audit, name) for name in names} | {
            "facility": audit.facility and audit.facility.public_id,
            "framework": audit.framework and audit.framework.public_id,
            "payer": audit.payer if audit.payer != audit.payer_by_rule else "",
        }
        super().__init__(*args, user=user, follow_up=audit.follow_up, audit=audit, initial=initial, **kwargs)
        self.audit = audit
        by_rule = payer_by_rule(audit.follow_up, audit.kind, but=audit)
        self.fields["payer"].help_text = _("According to the rule, this audit is paid by %(payer)s.") % {
            "payer": by_rule.label
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.audit.kind == AuditKind.FACTORY and not cleaned.get("facility") and "facility" not in self.errors:
            self.add_error("facility", _("Choose the facility that the factory audit goes to."))
        ordered_on, planned_on = cleaned.get("ordered_on"), self.audit.planned_on
        if ordered_on and planned_on and planned_on < ordered_on:
            sentence = _("The audit is planned for %(day)s. It can't be ordered after that.")
            self.add_error("ordered_on", ValidationError(sentence, params={"day": day(planned_on)}))
        return cleaned


class TimeInput(forms.TimeInput):
    """The browser's clock; text that is no time comes back as text, so that what was typed is kept."""

    input_type = "time"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = str(context["widget"]["value"] or "")
        if shown and not (len(shown) == 5 and shown[:2].isdigit() and shown[2] == ":" and shown[3:].isdigit()):
            context["widget"]["type"] = "text"
        return context


class BookForm(VersionMixin, PortalForm):
    """When, where and with whom."""

    planned_on = DateField(label=_("Date"), error_messages={"required": _("Write the day of the audit.")})
    start_time = forms.TimeField(
        label=_("Starts at"),
        required=False,
        widget=TimeInput(format="%H:%M"),
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        error_messages={"invalid": _("Write the time as hours and minutes, for example 09:30.")},
    )
    is_remote = forms.BooleanField(label=_("Remote, by video"), required=False)
    place = forms.CharField(label=_("Place or address of the meeting"), required=False, max_length=300)
    is_unannounced = forms.BooleanField(
        label=_("It comes unannounced: the supplier doesn't see it before it is carried out"), required=False
    )
    agenda = forms.CharField(
        label=_("Agenda"), required=False, max_length=AGENDA_MAX, widget=forms.Textarea(attrs={"rows": 6})
    )
    auditor_name = forms.CharField(
        label=_("Auditor"),
        required=False,
        max_length=150,
        help_text=_("Leave name and e-mail empty if you carry it out yourselves."),
    )
    auditor_email = forms.EmailField(
        label=_("Auditor's e-mail"),
        required=False,
        max_length=254,
        help_text=_("The auditor gets a personal link by mail, and needs no account."),
        error_messages={"invalid": _("Write an e-mail address, for example name@company.com.")},
    )
    auditor_language = forms.ChoiceField(label=_("Auditor's language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        names = (*self.base_fields, "version")
        super().__init__(*args, initial={name: getattr(audit, name) for name in names}, **kwargs)
        self.audit = audit

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        name, email = cleaned.get("auditor_name"), cleaned.get("auditor_email")
        if name and not email and "auditor_email" not in self.errors:
            self.add_error("auditor_email", _("Write where the auditor gets the link."))
        if email and not name and "auditor_name" not in self.errors:
            self.add_error("auditor_name", _("Write the auditor's name."))
        refuse_before_order(self, cleaned.get("planned_on"), self.audit.ordered_on)
        return cleaned


class CancelForm(VersionMixin, PortalForm):
    reason = forms.CharField(
        label=_("Why is the audit cancelled?"),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write why the audit is cancelled.")},
    )

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, initial={"version": audit.version}, **kwargs)


class CarriedOutForm(PortalForm):
    """On which day: not before the order, not in the future."""

    carried_out_on = PastDateField(
        label=_("Carried out"), error_messages={"required": _("Write the day on which it was carried out.")}
    )

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        day_of = audit.carried_out_on or audit.planned_on
        proposed = day_of if day_of and day_of <= clock.today() else clock.today()
        super().__init__(*args, initial={"carried_out_on": proposed}, **kwargs)


class GiveBackForm(PortalForm):
    note = forms.CharField(
        label=_("What is missing?"),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The auditor gets it by mail."),
        error_messages={"required": _("Write what is missing.")},
    )


class InvoiceForm(VersionMixin, PortalForm):
    invoice_number = forms.CharField(
        label=_("Invoice number"), max_length=60, error_messages={"required": _("Write the invoice's number.")}
    )
    invoiced_on = PastDateField(
        label=_("Invoice date"), error_messages={"required": _("Write the date of the invoice.")}
    )
    actual_ore = KronorField(
        label=_("Amount in kronor, excluding VAT"), error_messages={"required": _("Write what it cost.")}
    )

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        names = ("invoice_number", "invoiced_on", "actual_ore", "version")
        super().__init__(*args, initial={name: getattr(audit, name) for name in names}, **kwargs)
