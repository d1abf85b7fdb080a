"""Which region's years a list is asked for."""

from django import forms

from portal.ui.forms import PortalForm


class RegionAskedForm(PortalForm):
    """The query string of the file of statements: a county code."""

    region = forms.RegexField(r"^[0-9]{2}$", required=False)
