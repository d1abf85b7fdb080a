"""Where mail goes on a machine without a relay: into the journal itself."""

import mailbox
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.base import BaseEmailBackend

from portal.outbox import journal


class MaildirBackend(BaseEmailBackend):
    """Delivers into `settings.OUTBOX_JOURNAL`. A mail is there whole or not at all."""

    def open(self) -> bool:
        """Make the Maildir where it is missing. Raises ImproperlyConfigured, OSError."""
        if not settings.OUTBOX_JOURNAL:
            raise ImproperlyConfigured("Mail has nowhere to go: set EMAIL_URL, or OUTBOX_JOURNAL to a folder.")
        journal.prepare(Path(settings.OUTBOX_JOURNAL))
        return True

    def send_messages(self, email_messages) -> int:
        """Deliver each mail; the number delivered. Raises OSError."""
        self.open()
        box = mailbox.Maildir(settings.OUTBOX_JOURNAL, create=False)
        for mail in email_messages:
            box.add(mail.message().as_bytes())
        return len(email_messages)
