"""A worker process of one task, for tests that kill it: `python -m tests.outbox.worker PUBLIC_ID`."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from portal.outbox.tasks import deliver  # noqa: E402

deliver(sys.argv[1])
