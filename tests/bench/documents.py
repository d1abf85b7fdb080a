"""Long reports: a follow-up with many findings, and what its audit report costs a worker."""

import io
import zipfile
from datetime import timedelta
from functools import partial

from codeofconduct.models import ClauseVersion, PurchaseCategory, Supplier
from followups.documents.common import ZIP_TYPE, render_document
from followups.documents.reports import AUDIT_REPORT
from followups.enums.findings import SevereType
from followups.models import CorrectiveAction, Finding, FollowUp, Severity
from followups.queries.follow_ups import with_progress
from portal import clock
from portal.documents.volumes import page_count
from portal.history.models import SystemActor, actor_of
from regions.models import Region, User
from tests.bench.alone import alone
from tests.people import make_person

SIZES = (450, 4_700)

# As long as what auditors write of one thing: two to five lines.
SENTENCES = (
    "Nödutgången på plan {0} var spärrad med pallar och skyltningen saknades.",
    "Arbetsledaren kände inte till rutinen och kunde inte visa någon utrymningsplan för lokalen.",
    "Av {0} granskade anställningsavtal saknade flera uppgift om övertidsersättning.",
    "Leverantören kunde inte visa hur kraven förs vidare till underleverantörer i led två.",
    "Klagomålsmekanismen är inte känd av de anställda.",
)


def make_long_follow_up(findings: int) -> FollowUp:
    """A follow-up with so many submitted findings over all requirements, each with one corrective action."""
    by, now = actor_of(SystemActor("benchmark")), clock.now()
    clause = ClauseVersion.objects.get(name="2023")
    follow_up = FollowUp.objects.create(
        supplier=Supplier.objects.create(name=f"Mätbolaget {findings} AB", created_by=by),
        category=PurchaseCategory.objects.get(name="Livsmedel"),
        clause_version=clause,
        lead_region=Region.objects.get(code="23"),
        created_by=by,
    )
    requirements, severities = list(clause.requirements.order_by("number")), list(Severity.objects.all())
    made = Finding.objects.bulk_create(
        Finding(
            follow_up=follow_up,
            text=" ".join(SENTENCES[(place + step) % 5].format(place) for step in range(1 + place % 3)),
            requirement=requirements[place % len(requirements)],
            severity=severities[place % 25 == 0],
            severe_type=SevereType.DANGER_TO_LIFE if severities[place % 25 == 0].is_severe else "",
            state="submitted",
            submitted_at=now,
            submitted_by=by,
            created_by=by,
        )
        for place in range(findings)
    )
    CorrectiveAction.objects.bulk_create(
        CorrectiveAction(
            finding=finding,
            description=f"Åtgärda {place} och visa underlag.",
            due_on=clock.today() + timedelta(days=place % 90),
            created_by=by,
        )
        for place, finding in enumerate(made)
    )
    return with_progress(FollowUp.objects.filter(pk=follow_up.pk)).get()


def audit_report(follow_up: FollowUp, user: User) -> dict[str, float]:
    """The report as the worker makes it: its pages, and of its volumes the longest."""
    output = render_document(AUDIT_REPORT, follow_up, user=user, language="sv", progress=lambda done, total: None)
    pages = [page_count(pdf) for pdf in pdfs_of(output.content, output.media_type)]
    rows = Finding.objects.filter(follow_up=follow_up).count()
    return {
        "rows": rows,
        "volumes": len(pages),
        "pages": sum(pages),
        "longest": max(pages),
        "bytes": len(output.content),
    }


def pdfs_of(content: bytes, media_type: str) -> list[bytes]:
    """The document itself, or the volumes in their order."""
    if media_type != ZIP_TYPE:
        return [content]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(name) for name in sorted(archive.namelist())]


def measured_reports() -> list[dict[str, float]]:
    """Of each size, in a process of its own."""
    user = make_person("secretariat")
    follow_ups = [make_long_follow_up(findings) for findings in SIZES]
    return [alone(partial(audit_report, follow_up, user)) for follow_up in follow_ups]


def told_reports(reports: list[dict[str, float]]) -> str:
    """The section of the page."""
    lines = [
        "",
        "Audit reports (PDF/UA-1 and PDF/A-3a, tagged, their rows attached), as the worker makes them; the memory is that of "
        "the whole process",
        "(goal: 450 findings under 10 s and 400 MB; 4 700 as volumes of at most 60 pages):",
        "",
        "| findings | seconds | seconds of a core | peak memory, MB | volumes | pages | of the longest volume |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {found['rows']:.0f} | {found['seconds']:.1f} | {found['own']:.1f} | {found['peak']:.0f} "
            f"| {found['volumes']:.0f} | {found['pages']:.0f} | {found['longest']:.0f} |"
            for found in reports
        ),
        "",
    ]
    return "\n".join(lines)
