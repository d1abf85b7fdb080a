from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Collect the texts into the catalogues (needs gettext). English is the language they are written in."

    def handle(self, *args: object, **options: object) -> None:
        call_command(
            "makemessages",
            locale=["sv", "en"],
            extensions=["html", "txt", "py"],
            ignore_patterns=[".venv/*", ".data/*", "tests/*"],
            add_location="file",
            no_wrap=True,
            no_obsolete=True,
            verbosity=0,
        )
        for folder in settings.LOCALE_PATHS:
            self.fill_in_english(Path(folder) / "en" / "LC_MESSAGES" / "django.po")

    def fill_in_english(self, path: Path) -> None:
        """An English text is its own translation."""
        with path.open("rb") as file:
            catalogue: Catalog = read_po(file, locale="en")
        for message in catalogue:
            if message.id:
                message.string = message.id
                message.flags.discard("fuzzy")
        with path.open("wb") as file:
            write_po(file, catalogue, width=0, sort_output=True, include_lineno=False)
