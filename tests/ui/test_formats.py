from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from portal.ui.templatetags import formats

SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("function", "value", "swedish", "english"),
    [
        (formats.kronor, 13_141_800, "131_418_kr", "SEK_131,418"),
        (formats.kronor, 13_141_850, "131_418,50_kr", "SEK_131,418.50"),
        (formats.kronor, 0, "0_kr", "SEK_0"),
        (formats.kronor, -150, "−1,50_kr", "SEK_−1.50"),
        (formats.rate_kronor, 100, "1,00_kr", "SEK_1.00"),
        (formats.rate_kronor, 50, "0,50_kr", "SEK_0.50"),
        (formats.integer, 10_452_326, "10_452_326", "10,452,326"),
        (formats.integer, 999, "999", "999"),
        (formats.day, date(2026, 12, 2), "2 december 2026", "2 December 2026"),
        (formats.day, date(2026, 5, 1), "1 maj 2026", "1 May 2026"),
        (
            formats.moment,
            datetime(2026, 12, 2, 7, 30, tzinfo=UTC),
            "2 december 2026 kl._08.30",
            "2 December 2026 at_08:30",
        ),
        (formats.moment, datetime(2026, 6, 30, 22, 5, tzinfo=UTC), "1 juli 2026 kl._00.05", "1 July 2026 at_00:05"),
        (formats.day, datetime(2026, 6, 30, 22, 5, tzinfo=UTC), "1 juli 2026", "1 July 2026"),
        (formats.file_size, 212_400, "212_kB", "212_kB"),
        (formats.file_size, 1_440_000, "1,4_MB", "1.4_MB"),
        (formats.file_size, 1, "1_kB", "1_kB"),
        (formats.per_cent, Decimal("0.625"), "62,5_%", "62.5%"),
        (formats.per_cent, Decimal(1), "100_%", "100%"),
        (formats.per_cent, Decimal(1) / 3, "33,3_%", "33.3%"),
        (formats.country, "SE", "Sverige", "Sweden"),
        (formats.country, "DE", "Tyskland", "Germany"),
        (formats.country, "QQ", "QQ", "QQ"),
    ],
)
def test_formats(function, value, swedish, english):
    with translation.override("sv"):
        assert function(value) == swedish.replace("_", SPACE)
    with translation.override("en"):
        assert function(value) == english.replace("_", SPACE)


@pytest.mark.parametrize(
    "function",
    [
        formats.kronor,
        formats.rate_kronor,
        formats.integer,
        formats.day,
        formats.moment,
        formats.days_left,
        formats.file_size,
        formats.country,
        formats.per_cent,
    ],
)
def test_what_is_missing_is_a_dash(function):
    assert function(None) == "–"


@pytest.mark.parametrize(
    ("due", "text"),
    [
        (date(2026, 11, 16), "today"),
        (date(2026, 11, 17), "1 day left"),
        (date(2026, 11, 25), "9 days left"),
        (date(2026, 11, 15), "overdue, 1 day late"),
        (date(2026, 11, 4), "overdue, 12 days late"),
        (datetime(2026, 11, 16, 23, 30, tzinfo=UTC), "1 day left"),
    ],
)
def test_days_left_counts_swedish_days(settings, due, text):
    settings.PORTAL_NOW = "2026-11-16T08:30"
    with translation.override("en"):
        assert formats.days_left(due) == text
