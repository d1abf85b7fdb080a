from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile the catalogues with Babel: msgfmt is not on a bare machine. Does nothing where they are up to date."

    def handle(self, *args: object, **options: object) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in Path(folder).glob("*/LC_MESSAGES/django.po"):
                compiled = source.with_suffix(".mo")
                if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
                    continue
                with source.open("rb") as text:
                    catalogue = read_po(text, locale=source.parent.parent.name)
                partial = compiled.with_suffix(".partial")
                with partial.open("wb") as binary:
                    write_mo(binary, catalogue)
                partial.replace(compiled)
