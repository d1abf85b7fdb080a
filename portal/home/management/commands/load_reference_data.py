import pghistory
from django.core.management.base import BaseCommand
from django.db import transaction

import codeofconduct.reference
import followups.reference
import funding.reference
import regions.reference
from portal.history.models import SystemActor

ROOMS = (regions.reference, codeofconduct.reference, followups.reference, funding.reference)


class Command(BaseCommand):
    help = "Load regions, population, clause versions, categories, severities and rates. Again changes nothing."

    @transaction.atomic
    def handle(self, *args: object, **options: object) -> None:
        with pghistory.context(command="load_reference_data"):
            for room in ROOMS:
                room.load(by=SystemActor("reference data"))
                self.stdout.write(f"{room.__name__}: ok")
