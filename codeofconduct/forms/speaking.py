"""For whom someone speaks: asked only of those who work for more than one region."""

from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from codeofconduct.queries.requirements import regions_of
from portal.ui.forms import PortalForm
from regions.models import Region, User
from regions.permissions import is_staff

_capital = lazy(capfirst, str)


def capitalised(choices: type[TextChoices]) -> list[tuple[str, Any]]:
    """The choices as they stand in a form: each with a capital."""
    return [(value, _capital(label)) for value, label in choices.choices]


class SpeakingForm(PortalForm):
    """`cleaned_data["region"]`: the region that the user speaks for, None for the secretariat."""

    region = forms.ModelChoiceField(
        Region.objects.none(),
        to_field_name="code",
        label=_("On behalf of"),
        empty_label=_("Choose a region"),
        error_messages={"required": _("Choose the region that you speak for.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = [] if is_staff(user) else list(regions_of(user))
        self.only_region = regions[0] if len(regions) == 1 else None
        if len(regions) > 1:
            self.offer("region", regions_of(user))
        else:
            del self.fields["region"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "region" not in self.fields:
            cleaned["region"] = self.only_region
        return cleaned
