"""The filter of the list, and each write's values of a follow-up as a whole."""

from datetime import date
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import (
    ClauseVersion,
    Contract,
    PurchaseCategory,
    Supplier,
)
from codeofconduct.queries.categories import prioritised_categories
from followups.enums.follow_ups import SHAREABLE, Attention, State, Transition
from followups.forms.fields import FutureDateField, SubmissionField, refuse_past
from followups.forms.lists import ALL, ListForm
from followups.models import FollowUp, SevereReport
from followups.queries.closing import lacking, why_unsettled
from followups.queries.follow_ups import clause_versions_of, contracts_of, handlers_for
from followups.queries.sorting import FOLLOW_UP_ORDERS
from portal.ui.forms import DateField, PortalForm, VersionMixin
from regions.enums import SharingTier
from regions.models import Region, User


class FilterForm(ListForm):
    """The list of follow-ups."""

    orders = FOLLOW_UP_ORDERS
    default_order = "supplier"
    narrowing = (*ListForm.narrowing, "state", "attention")

    state = forms.ChoiceField(label=_("State"), required=False)
    attention = forms.ChoiceField(label=_("Waiting for you"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("state", ALL + State.choices)
        self.offer("attention", ALL + Attention.choices)


class SupplierForm(PortalForm):
    """First step of opening a follow-up: a search, whose hits lead on. It is a GET, so that the second step has an address.

    `report`: the supplier's report of a severe deviation that it is opened for.
    """

    is_filter = True

    supplier = forms.ModelChoiceField(
        Supplier.objects.none(),
        to_field_name="public_id",
        label=_("Supplier"),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("Choose a supplier.")},
    )
    report = forms.ModelChoiceField(
        SevereReport.objects.none(), to_field_name="public_id", required=False, widget=forms.HiddenInput
    )
    q = forms.CharField(label=_("Name or organisation number"), required=False, max_length=100)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("supplier", Supplier.objects.visible_to(user).current().in_swedish_order())
        self.offer("report", SevereReport.objects.visible_to(user).select_related("contract__clause_version"))

    def clean(self) -> dict[str, Any]:
        """A report of another supplier is none."""
        cleaned = super().clean()
        supplier, report = cleaned.get("supplier"), cleaned.get("report")
        if report and (supplier is None or report.contract.supplier_id != supplier.pk):
            cleaned["report"] = None
        return cleaned


class ContractChoiceField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Contract) -> str:
        clause = _("contract clause %(version)s") % {"version": obj.clause_version}
        parts = [str(obj.region), obj.title, obj.registration_number, clause]
        return " · ".join(part for part in parts if part)


class BesideForm(PortalForm):
    """Why a follow-up is opened although something exists; asked where `usable` results could be reused or joined."""

    reason = forms.CharField(
        label=_("Why is a new follow-up needed?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Something above could be reused or joined. The reason stands in the history of the follow-up."),
        error_messages={"required": _("Write why a new follow-up is needed although something exists.")},
    )

    def __init__(self, *args: Any, usable: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = bool(usable)
        if not usable:
            self.fields["reason"].widget = forms.HiddenInput()


class OpenForm(BesideForm):
    """Second step: what the supplier is followed up for, by whom, and under which contracts; at first those of the report."""

    submission = SubmissionField()
    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Purchase category"),
        empty_label=_("Choose a purchase category"),
        error_messages={"required": _("Choose the purchase category.")},
    )
    contracts = ContractChoiceField(
        Contract.objects.none(),
        to_field_name="public_id",
        label=_("Participating contracts"),
        help_text=_("The regions of these contracts take part in the follow-up."),
        error_messages={"required": _("Choose at least one contract.")},
    )
    clause_version = forms.ModelChoiceField(
        ClauseVersion.objects.none(),
        to_field_name="public_id",
        label=_("Contract clause"),
        empty_label=None,
        help_text=_("Findings are made against the requirements of this version."),
    )
    lead_region = forms.ModelChoiceField(
        Region.objects.none(),
        to_field_name="code",
        label=_("Lead region"),
        empty_label=_("Choose a region"),
        error_messages={"required": _("Choose the region that carries out the follow-up.")},
        help_text=_("The region that carries out the follow-up."),
    )
    planned_on = FutureDateField(label=_("Planned date"), required=False)
    field_order = ("submission", "category", "contracts", "clause_version", "lead_region", "planned_on", "reason")

    def __init__(
        self, *args: Any, user: User, supplier: Supplier, report: SevereReport | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        contracts = contracts_of(user, supplier)
        versions = clause_versions_of(contracts)
        self.offer("category", prioritised_categories())
        self.offer("contracts", contracts)
        self.offer("clause_version", versions)
        self.fields["clause_version"].initial = versions.first()
        self.offer("lead_region", Region.objects.in_swedish_order())
        if report is not None:
            contract = report.contract
            categories = prioritised_categories().filter(pk__in=contract.categories.values("pk"))
            self.fields["category"].initial = categories.first()
            self.fields["contracts"].initial = [contract]
            self.fields["clause_version"].initial = contract.clause_version

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        version, contracts = cleaned.get("clause_version"), cleaned.get("contracts")
        if version and contracts and all(contract.clause_version_id != version.pk for contract in contracts):
            self.add_error("clause_version", _("None of the chosen contracts was signed under this version."))
        return cleaned


class AssignForm(VersionMixin, PortalForm):
    """Who carries it out, and when."""

    handler = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="public_id",
        label=_("Case handler"),
        required=False,
        empty_label=_("Nobody yet"),
    )
    planned_on = DateField(label=_("Planned date"), required=False)

    def __init__(self, *args: Any, follow_up: FollowUp, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.follow_up = follow_up
        self.offer("handler", handlers_for(follow_up))
        self.fields["handler"].help_text = _("Those who work for %(region)s.") % {"region": follow_up.lead_region}
        for name in ("handler", "planned_on", "version"):
            self.fields[name].initial = getattr(follow_up, name)

    def clean_planned_on(self) -> date | None:
        """Today or later; a day that stands already may stay."""
        planned_on: date | None = self.cleaned_data["planned_on"]
        if planned_on != self.follow_up.planned_on:
            refuse_past(planned_on)
        return planned_on


class ShareForm(VersionMixin, PortalForm):
    """Who may read it: decided on what the page showed."""

    tier = forms.ChoiceField(label=_("Who may read it"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, follow_up: FollowUp, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("tier", [(tier.value, tier.label) for tier in SHAREABLE])
        self.fields["tier"].initial = follow_up.sharing_tier
        self.fields["version"].initial = follow_up.version

    def clean_tier(self) -> SharingTier:
        return SharingTier(self.cleaned_data["tier"])


class MoveForm(VersionMixin, PortalForm):
    """One of the transitions that the table has from the state that the page showed.

    One that settles is not offered while something is missing: `lacking` says what, a sentence each.
    """

    target = forms.ChoiceField(
        label=_("New state"), widget=forms.RadioSelect, error_messages={"required": _("Choose the new state.")}
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed when steps are skipped, and when the follow-up is aborted or opened again."),
    )

    def __init__(self, *args: Any, follow_up: FollowUp, transitions: list[Transition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = follow_up.version
        settling = {move.target.value for move in transitions if move.settles}
        self.lacking = lacking(follow_up) if settling else []
        unsettled = why_unsettled(self.lacking)
        if unsettled and self.data.get("target") in settling:
            self.fields["target"].error_messages["invalid_choice"] = unsettled
        offered = [move for move in transitions if not (unsettled and move.settles)]
        self.transitions = {move.target.value: move for move in offered}
        self.offer("target", [(target, self._label(transition)) for target, transition in self.transitions.items()])

    def _label(self, transition: Transition) -> str:
        state = capfirst(str(transition.target.label))
        return f"{state} ({transition.kind.label})" if transition.needs_reason else state

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        transition = self.transitions.get(cleaned.get("target", ""))
        if transition and transition.needs_reason and "reason" in cleaned and not cleaned["reason"]:
            self.add_error(
                "reason", _("Write the reason: steps are skipped, or the follow-up is aborted or opened again.")
            )
        cleaned["transition"] = transition
        return cleaned
