from collections.abc import Callable
from pathlib import Path

import pytest

from portal.documents import Attachment, render_pdf
from portal.ui.charts import Bar

TEMPLATES = Path(__file__).parent / "templates"
FIGURES = Attachment("figures.csv", "rad;belopp\nÅsele;1\n".encode(), "text/csv", "The figures of the table")


@pytest.fixture(autouse=True)
def sample_templates(settings) -> None:
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], TEMPLATES]}]


@pytest.fixture
def report() -> Callable[..., bytes]:
    """`report(language="en", rows=60)`: a document with everything that a document can hold."""

    def make(*, language: str = "sv", rows: int = 60, attachments=(FIGURES,), heartbeat=None, **context) -> bytes:
        amounts = [(f"Rad {number}", 13_141_800 - 100_000 * number) for number in range(rows)]
        context = {
            "rows": amounts,
            "total": sum(amount for _label, amount in amounts),
            "bars": [
                Bar(label, amount, f"{amount // 100} kr", marked=not place)
                for place, (label, amount) in enumerate(amounts[:12])
            ],
            "name": "Karin Ek",
        } | context
        return render_pdf(
            "sample/report.html", context, language=language, attachments=attachments, heartbeat=heartbeat
        )

    return make
