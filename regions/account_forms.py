"""allauth's forms with visible labels alone: a placeholder is no label."""

from allauth.account import forms


class _WithoutPlaceholders:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class LoginForm(_WithoutPlaceholders, forms.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class ResetPasswordForm(_WithoutPlaceholders, forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(_WithoutPlaceholders, forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(_WithoutPlaceholders, forms.ChangePasswordForm):
    pass
