"""allauth's forms with visible labels alone: a placeholder is no label."""

from allauth.account import forms
from django.forms import BaseForm
from django.utils.translation import gettext_lazy as _


class _WithoutPlaceholders(BaseForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class LoginForm(_WithoutPlaceholders, forms.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["password"].help_text = ""


class ResetPasswordForm(_WithoutPlaceholders, forms.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")


class ResetPasswordKeyForm(_WithoutPlaceholders, forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(_WithoutPlaceholders, forms.ChangePasswordForm):
    pass
