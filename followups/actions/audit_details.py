"""What goes with an audit: the agreements it is ordered on, the documents it asks for, whom it met."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from followups.actions.audits import lock_audit
from followups.models import Audit, AuditDocument, AuditDocumentRequest, FollowUp, FrameworkAgreement, RoleMet
from portal import clock
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.history.models import By, actor_of
from portal.history.versions import lock_at


def _taken() -> ValidationError:
    return ValidationError({"number": _("This agreement is registered already.")})


@transaction.atomic
def add_framework(
    *, by: By, firm: str, number: str, valid_from: date, valid_to: date | None = None
) -> FrameworkAgreement:
    """Register an agreement on which audits are ordered. Raises ValidationError where it is registered already."""
    try:
        with transaction.atomic():
            return FrameworkAgreement.objects.create(
                firm=firm, number=number, valid_from=valid_from, valid_to=valid_to, created_by=actor_of(by)
            )
    except IntegrityError as error:
        raise _refused(error) from None


@transaction.atomic
def change_framework(
    *,
    by: By,
    framework: FrameworkAgreement,
    version: int,
    firm: str,
    number: str,
    valid_from: date,
    valid_to: date | None,
) -> FrameworkAgreement:
    """Change what stands of an agreement. Raises as `add_framework`, and StaleVersionError after a lost race."""
    actor_of(by)
    locked = lock_at(framework, version)
    locked.firm, locked.number, locked.valid_from, locked.valid_to = firm, number, valid_from, valid_to
    locked.version += 1
    try:
        with transaction.atomic():
            locked.save(update_fields=["firm", "number", "valid_from", "valid_to", "version"])
    except IntegrityError as error:
        raise _refused(error) from None
    return locked


def _refused(error: IntegrityError) -> Exception:
    """The sentence for an agreement that is there already; anything else is raised as it came."""
    return _taken() if "framework_agreement_unique" in str(error) else error


@transaction.atomic
def ask_for_document(*, by: By, audit: Audit, submission: UUID, title: str, due_on: date) -> AuditDocumentRequest:
    """Ask the supplier for a document; the same `submission` again gives the request that is there.

    Raises ValidationError for an audit that comes unannounced: the question would announce it.
    """
    _follow_up, locked = lock_audit(by=by, audit=audit)
    if found := locked.document_requests.filter(submission=submission).first():
        return found
    if locked.is_unannounced:
        raise ValidationError(
            _("The audit comes unannounced. Asking the supplier for a document would announce it."), code="unannounced"
        )
    return AuditDocumentRequest.objects.create(
        audit=locked, submission=submission, title=title, due_on=due_on, created_by=actor_of(by)
    )


@transaction.atomic
def withdraw_request(*, by: By, request: AuditDocumentRequest) -> AuditDocumentRequest:
    """The document isn't needed any more; again changes nothing. Raises ValidationError where it has come."""
    lock_audit(by=by, audit=request.audit)
    locked = AuditDocumentRequest.objects.select_for_update(of=["self"]).get(pk=request.pk)
    if locked.received_at is not None:
        raise ValidationError(_("The document has been received already."), code="received")
    if locked.withdrawn_at is None:
        locked.withdrawn_at, locked.withdrawn_by = clock.now(), actor_of(by)
        locked.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return locked


@transaction.atomic
def receive_document(*, by: By, request: AuditDocumentRequest, uploads: Iterable[Upload] = ()) -> AuditDocumentRequest:
    """Files that answer the request: the supplier's own, or handed over to the case handler another way.

    Without files it is only noted as received. A file with the same content again is left out, so that sending twice
    adds nothing. Raises ValidationError where the request is withdrawn or the audit takes nothing any more.
    """
    lock_audit(by=by, audit=request.audit)
    locked = AuditDocumentRequest.objects.select_for_update(of=["self"]).get(pk=request.pk)
    if locked.withdrawn_at is not None:
        raise ValidationError(_("The document isn't asked for any more."), code="withdrawn")
    known = set(locked.documents.values_list("file__sha256", flat=True))
    for upload in uploads:
        stored = store_file(by=by, name=upload.name, content=upload.content, media_type=upload.media_type)
        if stored.sha256 in known:
            stored.delete()
            continue
        known.add(stored.sha256)
        AuditDocument.objects.create(request=locked, file=stored, created_by=actor_of(by))
    if locked.received_at is None:
        locked.received_at, locked.received_by = clock.now(), actor_of(by)
        locked.save(update_fields=["received_at", "received_by"])
    return locked


@transaction.atomic
def add_role(*, by: By, audit: Audit, submission: UUID, role: str, people: int) -> RoleMet:
    """Whom the audit met, by role and number; the same `submission` again gives the row that is there."""
    _follow_up, locked = lock_audit(by=by, audit=audit)
    if found := locked.roles_met.filter(submission=submission).first():
        return found
    return RoleMet.objects.create(
        audit=locked, submission=submission, role=role, people=people, created_by=actor_of(by)
    )


@transaction.atomic
def remove_role(*, by: By, role: RoleMet) -> None:
    """Take back a line that was wrong; harmless when it is gone."""
    FollowUp.objects.select_for_update(of=["self"]).get(audits=role.audit_id)
    lock_audit(by=by, audit=role.audit)
    RoleMet.objects.filter(pk=role.pk).delete()
