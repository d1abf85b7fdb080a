"""Findings that are being written at an audit: saved as often as one likes, then submitted or thrown away."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from codeofconduct.models import CodeSection, ProcessRequirement
from followups.actions.audits import lock_audit
from followups.actions.findings import submit_finding
from followups.models import Audit, DraftPhoto, Evidence, Finding, FindingDraft, FollowUp, Severity
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.history.models import Actor, By, actor_of
from portal.history.versions import StaleVersionError


def _mine(draft: FindingDraft, author: Actor) -> FindingDraft:
    """Raises PermissionDenied for a draft of someone else's: it is the author's own space."""
    if draft.created_by_id != author.pk:
        raise PermissionDenied
    return draft


@transaction.atomic
def save_draft(
    *,
    by: By,
    audit: Audit,
    submission: UUID,
    version: int,
    window: UUID,
    text: str = "",
    severity: Severity | None = None,
    requirement: ProcessRequirement | None = None,
    section: CodeSection | None = None,
    severe_type: str = "",
    involvement: str = "",
    photos: Iterable[Upload] = (),
) -> FindingDraft | Finding:
    """Keep what is written so far; the first save makes the draft. Where the `submission` is a finding already, that one.

    A `window` follows on its own saves whether or not it heard of them; another one's must have seen the `version` that
    stands. Photos are added, each content once. Raises StaleVersionError where another window saved something else,
    ValidationError where the audit takes nothing any more, PermissionDenied for another author's draft.
    """
    follow_up, locked = lock_audit(by=by, audit=audit)
    if finding := Finding.objects.filter(follow_up=follow_up, submission=submission).first():
        return finding
    author = actor_of(by)
    facts = {
        "text": text,
        "severity": severity,
        "requirement": requirement,
        "section": section,
        "severe_type": severe_type,
        "involvement": involvement,
    }
    draft = FindingDraft.objects.select_for_update(of=["self"]).filter(audit=locked, submission=submission).first()
    if draft is None:
        draft = FindingDraft.objects.create(
            audit=locked, submission=submission, window=window, created_by=author, **facts
        )
    else:
        _mine(draft, author)
        differs = any(getattr(draft, name) != value for name, value in facts.items())
        if differs and draft.version != version and draft.window != window:
            raise StaleVersionError(draft)
        if differs or draft.window != window:
            for name, value in (facts | {"window": window, "version": draft.version + 1}).items():
                setattr(draft, name, value)
            draft.save(update_fields=[*facts, "window", "version"])
    _add_photos(by, draft, photos)
    return draft


def _add_photos(by: By, draft: FindingDraft, photos: Iterable[Upload]) -> None:
    known = set(draft.photos.values_list("file__sha256", flat=True))
    for photo in photos:
        stored = store_file(by=by, name=photo.name, content=photo.content, media_type=photo.media_type)
        if stored.sha256 in known:
            stored.delete()
            continue
        known.add(stored.sha256)
        DraftPhoto.objects.create(draft=draft, file=stored, created_by=draft.created_by)


@transaction.atomic
def submit_draft(
    *,
    by: By,
    audit: Audit,
    submission: UUID,
    text: str,
    severity: Severity,
    requirement: ProcessRequirement,
    section: CodeSection | None = None,
    severe_type: str = "",
    involvement: str = "",
) -> Finding:
    """Make the finding of the draft, its photos as evidence, and remove the draft; again gives the finding that is there.

    Raises ValidationError where the audit takes nothing any more, PermissionDenied for another author's draft.
    """
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(pk=audit.follow_up_id)
    if finding := Finding.objects.filter(follow_up=follow_up, submission=submission).first():
        return finding
    _follow_up, locked = lock_audit(by=by, audit=audit)
    finding = submit_finding(
        by=by,
        follow_up=follow_up,
        audit=locked,
        submission=submission,
        text=text,
        severity=severity,
        requirement=requirement,
        section=section,
        severe_type=severe_type,
        involvement=involvement,
    )
    draft = FindingDraft.objects.select_for_update(of=["self"]).filter(audit=locked, submission=submission).first()
    if draft is not None:
        _mine(draft, actor_of(by))
        for photo in draft.photos.all():
            Evidence.objects.create(finding=finding, file=photo.file, created_by=photo.created_by)
        _remove(draft, with_files=False)
    return finding


@transaction.atomic
def discard_draft(*, by: By, draft: FindingDraft) -> None:
    """Throw away what was never submitted, its photos too. Harmless when it is gone; not another author's."""
    _mine(draft, actor_of(by))
    locked = FindingDraft.objects.select_for_update(of=["self"]).filter(pk=draft.pk).first()
    if locked is not None:
        _remove(locked, with_files=True)


@transaction.atomic
def remove_photo(*, by: By, photo: DraftPhoto) -> None:
    """Take a photo out of the author's own draft."""
    _mine(photo.draft, actor_of(by))
    stored = photo.file
    photo.delete()
    stored.delete()


def _remove(draft: FindingDraft, *, with_files: bool) -> None:
    """The draft and its photos. The content of a file without a row is cleared away by the files' own sweep."""
    files = [photo.file for photo in draft.photos.select_related("file")]
    draft.photos.all().delete()
    if with_files:
        for stored in files:
            stored.delete()
    draft.delete()
