"""What narrows and orders a list: its query string. What isn't valid narrows nothing and says so at its field."""

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import Area
from codeofconduct.models import PurchaseCategory
from followups.enums.lists import ActionStatus, FindingStatus
from followups.models import Severity
from followups.queries.sorting import ACTION_ORDERS, FINDING_ORDERS
from portal.ui.forms import PortalForm
from portal.ui.sorting import SortMixin
from regions.models import Region

ALL = [("", _("All"))]
# More than fit a page, and few enough for an address.
MOST_CHOSEN = 100
_PUBLIC_ID = re.compile(r"[a-z0-9]{1,40}")


class ChosenField(forms.Field):
    """Public ids of rows that someone ticked. What is no public id names no row."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[str]:
        ids = list(dict.fromkeys(text for text in value or [] if _PUBLIC_ID.fullmatch(str(text))))
        if len(ids) > MOST_CHOSEN:
            raise ValidationError(_("Choose at most %(most)d rows at a time."), params={"most": MOST_CHOSEN})
        return ids


class ChosenMixin(forms.Form):
    """Rows ticked on a page of a list: `chosen`, or with `every` all of that page, which is `on_page`.

    So a tick for all of them needs no script. `selected`: only ticked rows are meant, even if there is none.
    """

    selected = forms.BooleanField(required=False, widget=forms.HiddenInput)
    chosen = ChosenField(required=False)
    on_page = ChosenField(required=False)
    every = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("every"):
            cleaned["chosen"] = cleaned.get("on_page") or []
        return cleaned


class ListForm(SortMixin, ChosenMixin, PortalForm):
    """What every list of this room has; `narrowing`: the fields whose values make the list shorter."""

    is_filter = True
    narrowing: ClassVar[tuple[str, ...]] = ("q", "category", "region", "mine")

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Purchase category"),
        required=False,
        empty_label=_("All"),
    )
    region = forms.ModelChoiceField(
        Region.objects.none(), to_field_name="code", label=_("Region"), required=False, empty_label=_("All")
    )
    mine = forms.BooleanField(label=_("Only my own"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("category", PurchaseCategory.objects.in_swedish_order())
        self.offer("region", Region.objects.in_swedish_order())

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.narrowing)

    def kept(self) -> str:
        """The query string of the list as it is narrowed and ordered: only what is valid, and no page of it."""
        query = QueryDict(mutable=True)
        for name in (*self.narrowing, "sort"):
            if self.cleaned_data.get(name):
                query[name] = self.data[name]
        return query.urlencode()


class FindingListForm(ListForm):
    """The list of findings."""

    orders = FINDING_ORDERS
    default_order = "-submitted"
    narrowing = (*ListForm.narrowing, "status", "severity", "area")

    status = forms.ChoiceField(label=_("Status"), required=False)
    severity = forms.ModelChoiceField(
        Severity.objects.all(), to_field_name="key", label=_("Severity"), required=False, empty_label=_("All")
    )
    area = forms.ChoiceField(label=_("Area of the code"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("status", ALL + FindingStatus.choices)
        self.offer("area", ALL + Area.choices)


class ActionListForm(ListForm):
    """The list of corrective actions."""

    orders = ACTION_ORDERS
    default_order = "due"
    narrowing = (*ListForm.narrowing, "status", "severity")

    status = forms.ChoiceField(label=_("Status"), required=False)
    severity = forms.ModelChoiceField(
        Severity.objects.all(), to_field_name="key", label=_("Severity"), required=False, empty_label=_("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("status", ALL + ActionStatus.choices)
