"""Input about purchase categories, CPV codes and priority periods."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import CpvCode, PriorityPeriod, PurchaseCategory
from codeofconduct.queries.categories import not_prioritised, period_that_counts, possible_parents
from portal import clock
from portal.ui.forms import DateField, PortalForm, VersionMixin
from regions.models import PurchasingGroup

_CPV = re.compile(r"[0-9]{8}(-[0-9])?")
MOST_CODES = 500
TOLD_ITEMS = 10


class CategoryField(forms.ModelChoiceField):
    """A category by its public id, told with the categories that it stands below."""

    def label_from_instance(self, obj: Any) -> str:
        return " › ".join(obj.path)


def group_field(**options: Any) -> forms.ModelChoiceField:
    """A procurement region by its letter."""
    return forms.ModelChoiceField(
        PurchasingGroup.objects.none(), label=_("Procurement region"), to_field_name="letter", **options
    )


class CategoryFilterForm(PortalForm):
    """The query string of the tree. What isn't valid narrows nothing and says so at its field."""

    is_filter = True

    q = forms.CharField(label=_("Name, code or CPV code"), required=False, max_length=100)
    group = group_field(required=False, empty_label=_("All"))
    period = forms.ModelChoiceField(
        PriorityPeriod.objects.none(),
        to_field_name="public_id",
        label=_("Priority period"),
        required=False,
        empty_label=_("The one that counts today"),
    )
    prioritised = forms.BooleanField(label=_("Only prioritised"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("group", PurchasingGroup.objects.order_by("letter"))
        self.offer("period", PriorityPeriod.objects.order_by("-valid_from"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["period"] = cleaned.get("period") or period_that_counts()
        return cleaned


class CategoryForm(PortalForm):
    """A new purchase category."""

    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Write what the category is called.")}
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        required=False,
        help_text=_("Short, as in the regions' common category tree."),
    )
    parent = CategoryField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Stands below"),
        required=False,
        empty_label=_("None: at the top of the tree"),
    )
    group = group_field(required=False, empty_label=_("None yet"))

    def __init__(self, *args: Any, category: PurchaseCategory | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category = category
        self.offer("parent", possible_parents(category))
        if "group" in self.fields:
            self.offer("group", PurchasingGroup.objects.order_by("letter"))

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self._others().filter(name=name).exists():
            raise ValidationError(_("There is already a purchase category with this name."), code="taken")
        return name

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code and (taken := self._others().filter(code=code).first()):
            raise ValidationError(_("%(name)s has this code.") % {"name": taken.name}, code="taken")
        return code

    def _others(self) -> Any:
        every = PurchaseCategory.objects.all()
        return every.exclude(pk=self.category.pk) if self.category else every


class CategoryEditForm(VersionMixin, CategoryForm):
    """A category's name, code and place in the tree. Who answers for it changes by date, on a page of its own."""

    group = None  # type: ignore[assignment]  # Django's way to leave out an inherited field


class CategoryOwnerForm(PortalForm):
    """Who answers for the category from a day on."""

    group = group_field(
        empty_label=_("Choose a procurement region"),
        error_messages={"required": _("Choose the procurement region that will answer for the category.")},
    )
    valid_from = DateField(
        label=_("From"),
        help_text=_("Who answers until then ends the day before."),
        error_messages={"required": _("Write the day from which it answers.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("group", PurchasingGroup.objects.order_by("letter"))


class CpvSearchForm(PortalForm):
    """The query string of the list of CPV codes."""

    is_filter = True

    q = forms.CharField(label=_("CPV code or name"), required=False, max_length=100)
    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Purchase category"),
        required=False,
        empty_label=_("All"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("category", PurchaseCategory.objects.in_swedish_order())


class CategoryCpvForm(PortalForm):
    """CPV codes to link to a category, pasted as they come: with or without check digit, with names beside them."""

    codes = forms.CharField(
        label=_("CPV codes"),
        widget=forms.Textarea,
        help_text=_("One or more codes, for example 33141420-0. Names beside the codes do no harm."),
        error_messages={"required": _("Write or paste at least one CPV code.")},
    )

    def clean_codes(self) -> list[CpvCode]:
        """The codes that were named. Lines without one, and codes that the portal doesn't know, are told."""
        named, without = _codes_in(self.cleaned_data["codes"])
        if len(named) > MOST_CODES:
            raise ValidationError(_("Paste at most %(limit)d codes at a time.") % {"limit": MOST_CODES}, code="many")
        stored = CpvCode.objects.annotate(bare=Left("code", 8)).filter(bare__in={code[:8] for code in named})
        by_bare = {cpv.code[:8]: cpv for cpv in stored}
        found: list[CpvCode] = [by_bare[code[:8]] for code in named if code[:8] in by_bare]
        unknown = [code for code in named if not (cpv := by_bare.get(code[:8])) or cpv.code[: len(code)] != code]
        faults = [
            (_("The portal knows no CPV code %(found)s."), unknown),
            (_("There is no CPV code in: %(found)s."), without),
        ]
        if told := [message % {"found": _some(items)} for message, items in faults if items]:
            raise ValidationError(told)
        return found


def _codes_in(text: str) -> tuple[list[str], list[str]]:
    """The codes that stand in the text, each once, and the lines in which there is none."""
    named: dict[str, None] = {}
    without = []
    for line in filter(None, map(str.strip, text.splitlines())):
        codes = [word for word in re.split(r"[\s,;:()]+", line) if _CPV.fullmatch(word)]
        named.update(dict.fromkeys(codes))
        if not codes:
            without.append(line)
    return list(named), without


def _some(items: list[str]) -> str:
    """The first of the items, and how many more there are."""
    told = ", ".join(f"“{item[:60]}”" for item in items[:TOLD_ITEMS])
    return f"{told} + {len(items) - TOLD_ITEMS}" if len(items) > TOLD_ITEMS else told


class CpvRemoveForm(PortalForm):
    """The code to unlink from a category."""

    code = forms.ModelChoiceField(CpvCode.objects.all(), to_field_name="code")


class PeriodForm(PortalForm):
    """A new priority period."""

    valid_from = DateField(label=_("First day"), error_messages={"required": _("Write the period's first day.")})
    valid_to = DateField(label=_("Last day"), error_messages={"required": _("Write the period's last day.")})
    source = forms.CharField(
        label=_("Source"), max_length=300, required=False, help_text=_("The decision that the list follows from.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day must not be before the first day."))
        if last and last < clock.today():
            self.add_error("valid_to", _("The period has already ended: its list could not be made any more."))
        return cleaned


class PrioritiseForm(PortalForm):
    """A category for the period's list, and why."""

    category = CategoryField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Purchase category"),
        empty_label=_("Choose a purchase category"),
        error_messages={"required": _("Choose a purchase category.")},
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=500, error_messages={"required": _("Write why the category is prioritised.")}
    )

    def __init__(self, *args: Any, period: PriorityPeriod, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("category", not_prioritised(period))


class WithdrawForm(PortalForm):
    """Why a category leaves the period's list."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Kept in the history."),
        error_messages={"required": _("Write why the category is no longer prioritised.")},
    )
