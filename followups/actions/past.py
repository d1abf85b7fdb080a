"""Documents from before the portal: they come in with a zip or one by one, and find their follow-up by their name."""

import hashlib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.enums.reuse import DocumentKind
from followups.file_names import name_key_of
from followups.models import EarlierDocument, FollowUp, PastFollowUp
from portal import clock
from portal.files.actions import store_file
from portal.files.checks import PDF, Upload, check_file, clean_name
from portal.history.models import Actor, By, actor_of

FILES_MAX = 500
# Of all files of a zip together, unpacked.
UNPACKED_MAX = 200 * 1024 * 1024
# PDFs are compressed already: what shrinks more than this is no archive of reports.
RATIO_MAX = 100
TOO_MUCH = gettext_lazy(
    "The zip file would grow to more than %(limit)d MB when it is opened, which no reports do. Nothing was taken in."
)


@dataclass
class Received:
    """What became of the files of a zip. `refused`: (name, why)."""

    matched: list[EarlierDocument] = field(default_factory=list)
    waiting: list[EarlierDocument] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def receive_archive(*, by: By, name: str, content: bytes) -> Received:
    """Take the PDFs of a zip in, each to the past follow-up that names it; the others wait, so that nothing is lost.

    A file that is there already changes nothing; one that is no PDF is refused with a sentence while the others come in.
    Raises ValidationError, and takes nothing, for what is no zip, is protected by a password, or grows beyond all measure.
    """
    received, archive_name = Received(), clean_name(name)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = _entries(archive)
            for entry in entries:
                _receive(by, archive, entry, archive_name, received)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise ValidationError(_("The file is no zip file that can be opened. Make it again."), code="zip") from error
    return received


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of it, judged by what the zip says of itself before anything is unpacked."""
    entries = [
        entry
        for entry in archive.infolist()
        if not entry.is_dir()
        and not entry.filename.startswith("__MACOSX/")
        and not PurePath(entry.filename).name.startswith(".")
    ]
    if not entries:
        raise ValidationError(_("The zip file holds no files."), code="empty")
    if len(entries) > FILES_MAX:
        raise ValidationError(
            _("The zip file holds more than %(limit)d files. Divide it."), code="many", params={"limit": FILES_MAX}
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise ValidationError(
            _("The zip file is protected by a password. Make it again without one."), code="encrypted"
        )
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > UNPACKED_MAX or unpacked > RATIO_MAX * max(packed, 1024):
        raise ValidationError(TOO_MUCH, code="bomb", params={"limit": UNPACKED_MAX // 1024**2})
    return entries


def _receive(by: By, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, archive_name: str, received: Received) -> None:
    shown = clean_name(entry.filename) or entry.filename[:80]
    with archive.open(entry) as file:
        # What the zip says of its sizes need not be true.
        content = file.read(settings.FILE_UPLOAD_MAX_BYTES + 1)
    try:
        upload = check_file(entry.filename, content, (PDF,))
    except ValidationError as error:
        received.refused.append((shown, " ".join(error.messages)))
        return
    document = _keep(by, upload, archive_name)
    if document is None:
        received.known.append(upload.name)
    elif document.follow_up_id:
        received.matched.append(document)
    else:
        received.waiting.append(document)


def _keep(by: By, upload: Upload, archive_name: str) -> EarlierDocument | None:
    """None where the very same file is there under the same name already."""
    digest = hashlib.sha256(upload.content).hexdigest()
    if EarlierDocument.objects.filter(file__sha256=digest, name_key=name_key_of(upload.name)).exists():
        return None
    stored = store_file(by=by, name=upload.name, content=upload.content, media_type=upload.media_type)
    actor = actor_of(by)
    key = name_key_of(upload.name)
    document = EarlierDocument(file=stored, name_key=key, archive=archive_name, created_by=actor)
    named = _named(key)
    if len(named) == 1:
        document.follow_up_id, document.matched_at, document.matched_by = named[0], clock.now(), actor
    document.save()
    return document


def _named(key: str) -> list[int]:
    """Ids of the follow-ups whose import names such a file. Two of them: a person has to say which."""
    past = PastFollowUp.objects.exclude(report_names=[]).values_list("follow_up", "report_names")
    return [follow_up for follow_up, names in past if key in map(name_key_of, names)]


def match_waiting(*, by: By, past: Iterable[PastFollowUp]) -> int:
    """Give what waits to the follow-ups that name it; how many found theirs. In the caller's transaction."""
    wanted: dict[str, set[int]] = {}
    for each in past:
        for name in each.report_names:
            wanted.setdefault(name_key_of(name), set()).add(each.follow_up_id)
    waiting = EarlierDocument.objects.unmatched().filter(name_key__in=wanted).select_for_update(of=("self",))
    found = 0
    for document in waiting:
        follow_ups = wanted[document.name_key]
        if len(follow_ups) == 1:
            _match(document, next(iter(follow_ups)), actor_of(by))
            found += 1
    return found


@transaction.atomic
def match_document(*, by: By, document: EarlierDocument, follow_up: FollowUp, kind: str) -> EarlierDocument:
    """Say whose a document is. One that was matched meanwhile stays where it is: ValidationError."""
    locked = EarlierDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if locked.follow_up_id is not None:
        if locked.follow_up_id == follow_up.pk:
            return locked
        raise ValidationError(_("The document has found its follow-up already."), code="matched")
    locked.kind = kind
    _match(locked, follow_up.pk, actor_of(by))
    return locked


def _match(document: EarlierDocument, follow_up_id: int, actor: Actor) -> None:
    document.follow_up_id, document.matched_at, document.matched_by = follow_up_id, clock.now(), actor
    document.save(update_fields=["follow_up", "kind", "matched_at", "matched_by"])


@transaction.atomic
def attach_document(
    *, by: By, follow_up: FollowUp, upload: Upload, kind: str = DocumentKind.SELF_ASSESSMENT
) -> EarlierDocument:
    """Put a PDF from before, or from another system, on a follow-up: a self-assessment or a report."""
    actor = actor_of(by)
    return EarlierDocument.objects.create(
        follow_up=follow_up,
        kind=kind,
        file=store_file(by=by, name=upload.name, content=upload.content, media_type=upload.media_type),
        name_key=name_key_of(upload.name),
        matched_at=clock.now(),
        matched_by=actor,
        created_by=actor,
    )
