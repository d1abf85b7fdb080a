from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings

from portal.outbox.actions import queue_mail


class InvitationOnly(DefaultAccountAdapter):
    """No one signs up by themselves, and allauth's mails leave through the outbox like all others."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def send_mail(self, template_prefix, email, context) -> None:
        """Queue the mail. Its text holds a log-in secret, so it is blanked once it is sent."""
        context = {**context, "base_url": settings.BASE_URL}
        message = self.render_mail(template_prefix, email, context)
        queue_mail(to=email, subject=message.subject, body=message.body, kind="account", is_secret=True)
