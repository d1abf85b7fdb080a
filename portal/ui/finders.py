"""Source Sans for the pages: two weights from the package's TTF files, cut to Latin and packed as WOFF2."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from font_source_sans_pro import font_files_ttf

# Static path -> the package's name of it. A page loads these two and no other font.
FONTS = {
    "source-sans-400.woff2": "SourceSansPro",
    "source-sans-600.woff2": "SourceSansProSemibold",
}
# Latin with the Nordic and central European letters, dashes, quotes, spaces, arrows, minus, tick.
CHARACTERS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2010, 0x2027),
    *(0x202F, 0x2030, 0x2039, 0x203A, 0x20AC, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193),
    *(0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x2713),
]
FEATURES = ["kern", "liga", "locl", "ccmp", "mark", "mkmk"]


class FontStorage(FileSystemStorage):
    prefix = "fonts"


class FontFinder(BaseFinder):
    """Finds `fonts/source-sans-<weight>.woff2`, made on demand in the data directory."""

    def __init__(self, app_names=None, *args, **kwargs):
        self.folder = Path(settings.DATA_DIR) / "fonts"
        self.storage = FontStorage(location=self.folder)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        folder, _slash, name = str(path).replace("\\", "/").rpartition("/")
        if folder != "fonts" or name not in FONTS:
            return []
        found = str(make_font(name, self.folder))
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in FONTS:
            make_font(name, self.folder)
            yield name, self.storage


def make_font(name: str, folder: Path) -> Path:
    """The path of a font, cut from the package's file unless it is there. Safe when several processes ask at once."""
    from fontTools import subset

    target = folder / name
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    options = subset.Options(flavor="woff2", layout_features=FEATURES, hinting=False, desubroutinize=True)
    handle, unfinished = tempfile.mkstemp(dir=folder, suffix=".part")
    os.close(handle)
    with subset.load_font(font_files_ttf[FONTS[name]], options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=CHARACTERS)
        subsetter.subset(font)
        subset.save_font(font, unfinished, options)
    os.chmod(unfinished, 0o644)
    os.replace(unfinished, target)
    return target
