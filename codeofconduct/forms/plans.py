"""Input about categories' action plans."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import PurchaseCategory
from codeofconduct.queries.plans import possible_owners
from portal.ui.forms import DateField, PortalForm, VersionMixin
from regions.models import User


class PlanForm(PortalForm):
    """A new action plan of a category."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        error_messages={"required": _("Write what the category action plan is called.")},
    )
    goal = forms.CharField(label=_("Goal"), widget=forms.Textarea, required=False)
    valid_from = DateField(label=_("First day"), error_messages={"required": _("Write the plan's first day.")})
    valid_to = DateField(label=_("Last day"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day must not be before the first day."))
        return cleaned


class PlanEditForm(VersionMixin, PlanForm):
    """A plan that is there."""


class TaskForm(PortalForm):
    """A new task of an action plan."""

    text = forms.CharField(label=_("Task"), max_length=500, error_messages={"required": _("Write what is to be done.")})
    owner = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="public_id",
        label=_("Owner"),
        required=False,
        empty_label=_("Nobody yet"),
        help_text=_("The secretariat's people, and those of the procurement region that answers for the category."),
    )
    due_on = DateField(label=_("Due"), error_messages={"required": _("Write the day by which it is to be done.")})

    def __init__(self, *args: Any, category: PurchaseCategory, owner: User | None = None, **kwargs: Any) -> None:
        """`owner`: who has the task now, who may have left the group since and still can keep it."""
        super().__init__(*args, **kwargs)
        people = possible_owners(category)
        self.offer("owner", people | User.objects.filter(pk=owner.pk) if owner else people)


class TaskEditForm(VersionMixin, TaskForm):
    """A task that is there."""
