"""The documents of a follow-up as jobs of the jobs kit: what runs in the background."""

from django.urls import reverse
from django.utils.translation import gettext as _

from followups.documents.action_plans import ACTION_PLAN
from followups.documents.common import Document, render_document
from followups.documents.reports import AUDIT_REPORT
from followups.models import FollowUp
from followups.queries.follow_ups import with_progress
from portal.jobs.models import Job
from portal.jobs.registry import Crumb, JobFailed, JobKind, Output, Progress, register
from regions.models import User
from regions.permissions import has_role

DOCUMENTS: dict[str, Document] = {document.kind.value: document for document in (AUDIT_REPORT, ACTION_PLAN)}


def register_jobs() -> None:
    """Called once, when the portal starts."""
    for key, document in DOCUMENTS.items():
        label = document.kind.label
        register(JobKind(key, label, run_document, open_to=has_role, parents=document_parents))


def run_document(job: Job, progress: Progress) -> Output:
    """The document as whoever ordered it may see it now. Raises JobFailed where that is nothing any more."""
    user = job.created_by.user
    follow_up = _visible(user, job.subject)
    if user is None or follow_up is None:
        raise JobFailed(_("The follow-up is no longer open to you."))
    return render_document(DOCUMENTS[job.kind], follow_up, user=user, language=job.language, progress=progress)


def document_parents(job: Job) -> list[Crumb]:
    """The way back: the list, and the follow-up while it may be seen."""
    crumbs: list[Crumb] = [(reverse("followups:follow-up-list"), _("Follow-ups"))]
    if follow_up := _visible(job.created_by.user, job.subject):
        crumbs.append((reverse("followups:follow-up-detail", args=[follow_up.public_id]), follow_up.supplier.name))
    return crumbs


def _visible(user: User | None, public_id: str) -> FollowUp | None:
    if user is None:
        return None
    follow_ups = with_progress(FollowUp.objects.visible_to(user)).select_related("clause_version")
    return follow_ups.filter(public_id=public_id).first()
