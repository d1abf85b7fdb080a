"""Everything between installed packages and a portal that can be served, in one process."""

import time
from argparse import ArgumentParser
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Idempotent: each part finds out for itself what is left to do. Runs as the owner of the database (manage.py)."""

    help = "Catalogues, static files, migrations, cache table and reference data; with --story the demo's sample data."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--story", action="store_true", help="also load the story of sample data, outside production"
        )
        parser.add_argument("--database", action="store_true", help="the database only: files were made with the image")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["database"]:
            self.part("catalogues", "compile_catalogues")
            self.part("static files", "collectstatic", interactive=False, verbosity=0)
        self.part("migrations", "migrate", interactive=False, verbosity=0)
        if "DatabaseCache" in settings.CACHES["default"]["BACKEND"]:
            self.part("cache table", "createcachetable", verbosity=0)
        self.part("reference data", "load_reference_data")
        if options["story"] and not settings.PRODUCTION:
            self.part("story", "load_story")

    def part(self, title: str, command: str, **options: Any) -> None:
        """Run one command, quietly, and say how long it took."""
        start = time.monotonic()
        self.stdout.write(f"      {title} …", ending="")
        self.stdout.flush()
        call_command(command, stdout=StringIO(), **options)
        self.stdout.write(f" {time.monotonic() - start:.1f} s")
