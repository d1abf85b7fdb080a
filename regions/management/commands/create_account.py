from argparse import ArgumentParser

import pghistory
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from portal.history.models import SystemActor
from regions.actions import create_account
from regions.enums import Role
from regions.models import PurchasingGroup, Region


class Command(BaseCommand):
    help = "Create an account, such as a new installation's first administrator. Its owner sets the password by mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--region", help="county code, for a regional role")
        parser.add_argument("--group", help="letter A–H, for an area coordinator")

    def handle(self, *args: object, **options: str) -> None:
        region = Region.objects.filter(code=options["region"]).first()
        group = PurchasingGroup.objects.filter(letter=options["group"]).first()
        for key, found in (("region", region), ("group", group)):
            if options[key] and not found:
                raise CommandError(f"There is no {key} {options[key]}.")
        try:
            with pghistory.context(command="create_account"):
                user = create_account(
                    by=SystemActor("command line"),
                    email=options["email"],
                    name=options["name"],
                    role=Role(options["role"]),
                    region=region,
                    group=group,
                )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(
            f"{user.email} has an account. Set the password with 'Forgotten your password?' on the log-in page."
        )
