"""Files go into the storage first and become rows in the caller's transaction."""

import hashlib
import secrets
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from portal.files.checks import clean_name
from portal.files.models import StoredFile
from portal.history.models import By, actor_of

# Longer than any transaction lives: until then a file without a row may still get it.
ORPHAN_AGE = timedelta(days=1)


def store_file(*, by: By, name: str, content: bytes, media_type: str) -> StoredFile:
    """Store `content` privately under a random path. Who calls has checked it (`UploadField`) or made it.

    A transaction that is rolled back leaves a file without a row, which nobody can reach; `remove_orphans` takes it.
    """
    key = secrets.token_hex(20)
    path = default_storage.save(f"{key[:2]}/{key[2:]}", ContentFile(content))
    return StoredFile.objects.create(
        created_by=actor_of(by),
        name=clean_name(name),
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        path=path,
    )


def remove_orphans() -> int:
    """Remove the stored files that no row has claimed within a day; how many there were."""
    removed = 0
    until = timezone.now() - ORPHAN_AGE
    for folder in default_storage.listdir("")[0]:
        paths = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        known = set(StoredFile.objects.filter(path__in=paths).values_list("path", flat=True))
        for path in paths:
            if path not in known and default_storage.get_modified_time(path) < until:
                default_storage.delete(path)
                removed += 1
    return removed
