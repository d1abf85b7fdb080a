from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal import demo
from portal.outbox.actions import queue_mail


class InvitationOnly(DefaultAccountAdapter):
    """No one signs up by themselves, and allauth's mails leave through the outbox like all others."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def send_mail(self, template_prefix, email, context) -> None:
        """Queue the mail, in its recipient's language as far as `context` has the `user`, else in the one in use.

        Its text holds a log-in secret, so it is blanked once it is sent.
        """
        user = context.get("user")
        language = user.language if user else translation.get_language() or settings.LANGUAGE_CODE
        with translation.override(language):
            message = self.render_mail(template_prefix, email, {**context, "base_url": settings.BASE_URL})
        queue_mail(
            to=email, subject=message.subject, body=message.body, kind="account", is_secret=True, language=language
        )

    def get_reset_password_from_key_url(self, key) -> str:
        """Below the portal's own address: the one the request was sent to is the sender's choice, port included."""
        return settings.BASE_URL.rstrip("/") + urlsplit(super().get_reset_password_from_key_url(key)).path

    def authenticate(self, request, **credentials):
        """Nobody in production by the demo's password, which everyone knows: a database may have been a demo's before."""
        user = super().authenticate(request, **credentials)
        return None if settings.PRODUCTION and credentials.get("password") == demo.PASSWORD else user
