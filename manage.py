#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL it uses the embedded database, started for as long as it is needed."""

import os
import sys

from portal.machine.postgres import DatabaseUnavailable, ensure_database_url

# These change the schema, so they log in as the owner; every other command is the application.
OWNER_COMMANDS = {"migrate", "createcachetable", "prepare"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        ensure_database_url()
    except DatabaseUnavailable as error:
        sys.exit(str(error))
    if sys.argv[1:2] and sys.argv[1] in OWNER_COMMANDS and os.environ.get("DATABASE_OWNER_URL"):
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
