import pghistory
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

import codeofconduct.story
import followups.story
import funding.story
import portal.reminders.story
import regions.story
from portal.history.models import SystemActor

ROOMS = (regions.story, codeofconduct.story, funding.story, followups.story, portal.reminders.story)


class Command(BaseCommand):
    help = (
        "Tell the demo's story: accounts, suppliers, contracts, follow-ups and funding year 2023. Never in production."
    )

    @transaction.atomic
    def handle(self, *args: object, **options: object) -> None:
        if settings.PRODUCTION:
            raise CommandError("The story has known passwords; it is not told in production.")
        with pghistory.context(command="load_story"):
            for room in ROOMS:
                room.tell(by=SystemActor("story"))
                self.stdout.write(f"{room.__name__}: ok")
