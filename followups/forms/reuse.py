"""Input about reuse: what one would otherwise do, for which contracts, until when, and why not."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Contract, Supplier
from followups.enums.reuse import AVOIDABLE, Method
from followups.forms.fields import SubmissionField
from followups.forms.follow_ups import ContractChoiceField
from followups.models import ReuseRules, StandardCost
from followups.models.costs import LONGEST_MONTHS
from followups.models.reuse import REASON_MAX
from followups.reusing import wanted_or_default
from portal import clock
from portal.ui.forms import DateField, KronorField, PortalForm, VersionMixin
from portal.ui.templatetags.formats import day
from regions.models import Region, User


def kinds() -> list[tuple[str, str]]:
    """What one would otherwise do, as choices in the language in use."""
    return [(method.value, capfirst(str(method.label))) for method in AVOIDABLE]


class WantedForm(PortalForm):
    """The query string of the page of what exists: what one would otherwise do, and for which supplier."""

    is_filter = True

    kind = forms.ChoiceField(label=_("What would you otherwise do?"), required=False)
    supplier = forms.ModelChoiceField(
        Supplier.objects.none(), to_field_name="public_id", required=False, widget=forms.HiddenInput
    )

    def __init__(self, query: QueryDict, *, user: User) -> None:
        told = query.copy()
        told["kind"] = wanted_or_default(query.get("kind"))
        super().__init__(told)
        self.offer("kind", kinds())
        self.offer("supplier", Supplier.objects.visible_to(user).current())

    @property
    def wanted(self) -> str:
        """An office audit unless told."""
        self.is_valid()
        return wanted_or_default(self.cleaned_data.get("kind"))


class ReuseForm(PortalForm):
    """The confirmation: for which own contracts, and until when."""

    submission = SubmissionField()
    contracts = ContractChoiceField(
        Contract.objects.none(),
        to_field_name="public_id",
        label=_("Contracts that it is for"),
        error_messages={"required": _("Choose at least one contract.")},
    )
    valid_until_on = DateField(
        label=_("We rely on it until"), error_messages={"required": _("Write until when you rely on the result.")}
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For whoever reads your contract file later. Leave it empty if there is nothing to say."),
    )

    def __init__(self, *args: Any, contracts: list[Contract], latest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.latest = latest
        offer_rows(self, contracts)
        self.fields["valid_until_on"].initial = latest
        self.fields["valid_until_on"].help_text = _("At the latest %(day)s, when the result becomes too old.") % {
            "day": day(latest)
        }

    def clean_valid_until(self) -> date:
        chosen: date = self.cleaned_data["valid_until_on"]
        if not clock.today() <= chosen <= self.latest:
            raise ValidationError(
                gettext("Choose a day from today until %(latest)s, when the result becomes too old."),
                params={"latest": day(self.latest)},
            )
        return chosen


class JoinForm(PortalForm):
    """The own contracts that are to take part."""

    contracts = ContractChoiceField(
        Contract.objects.none(),
        to_field_name="public_id",
        label=_("Contracts that join"),
        error_messages={"required": _("Choose at least one contract.")},
    )

    def __init__(self, *args: Any, contracts: list[Contract], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, contracts)


def offer_rows(form: PortalForm, contracts: list[Contract]) -> None:
    """Offer these contracts, chosen from the start: most people want all of them."""
    among = Contract.objects.filter(pk__in=[contract.pk for contract in contracts])
    form.offer("contracts", among.select_related("region", "clause_version").order_by("region__name", "title", "pk"))
    form.fields["contracts"].initial = [contract.public_id for contract in contracts]


class WithdrawForm(VersionMixin, PortalForm):
    """Why something that was registered no longer holds."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write the reason.")},
    )

    def __init__(self, *args: Any, version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = version


class LedgerForm(PortalForm):
    """The query string of the ledger and of the list of reuses."""

    is_filter = True

    year = forms.ChoiceField(label=_("Year"), required=False)
    kind = forms.ChoiceField(label=_("Instead of"), required=False)
    region = forms.ModelChoiceField(
        Region.objects.none(), to_field_name="code", label=_("Region"), required=False, empty_label=_("All")
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", gettext("All"))]
        self.offer("year", everything + [(str(year), str(year)) for year in years])
        self.offer("kind", everything + kinds())
        self.offer("region", Region.objects.in_swedish_order())


class CostForm(PortalForm):
    """A standard cost: of what, how much, from when, and who says so."""

    kind = forms.ChoiceField(label=_("Kind of follow-up"))
    amount_ore = KronorField(
        label=_("Standard cost (kronor)"),
        help_text=_("What one such follow-up costs a region that makes it alone."),
        error_messages={"required": _("Write the amount.")},
    )
    valid_from = DateField(label=_("From"), error_messages={"required": _("Write from which day it holds.")})
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("Where the figure comes from: a framework agreement, an invoice, a decision."),
        error_messages={"required": _("Write where the figure comes from.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kind", kinds())


class CostEditForm(VersionMixin, CostForm):
    """A correction: the kind stays."""

    def __init__(self, *args: Any, cost: StandardCost, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["kind"]
        for name in ("amount_ore", "valid_from", "source", "version"):
            self.fields[name].initial = getattr(cost, name)


class RulesForm(VersionMixin, PortalForm):
    """When a result may be reused."""

    max_age_months = forms.IntegerField(
        label=_("How old may a result be, in months?"),
        min_value=1,
        max_value=LONGEST_MONTHS,
        error_messages={"required": _("Write a number of months.")},
    )
    group_counts = forms.BooleanField(label=_("Results of other companies of the same group count"), required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands in the list of decisions below."),
        error_messages={"required": _("Write the reason.")},
    )
    field_order = ("max_age_months", *AVOIDABLE, "group_counts", "reason")

    def __init__(self, *args: Any, rules: ReuseRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairs = rules.pairs
        for wanted in AVOIDABLE:
            self.fields[wanted.value] = forms.MultipleChoiceField(
                label=gettext("What stands in for: %(kind)s?") % {"kind": wanted.label},
                choices=[(given.value, capfirst(str(given.label))) for given in Method],
                initial=[given for at, given in pairs if at == wanted],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        for name in ("max_age_months", "group_counts", "version"):
            self.fields[name].initial = getattr(rules, name)
        self.order_fields(self.field_order)

    @property
    def values(self) -> dict[str, Any]:
        """As `decide_rules` takes them."""
        told = self.cleaned_data
        pairs = [(wanted.value, given) for wanted in AVOIDABLE for given in told[wanted.value]]
        names = ("version", "max_age_months", "group_counts", "reason")
        return {name: told[name] for name in names} | {"pairs": pairs}
