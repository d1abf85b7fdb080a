"""A private file: who may read it is decided by the row that points at it, never here."""

import pghistory
import pgtrigger
from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.files.enums import ScanState
from portal.history.models import Record

NAME_LENGTH = 200


@pghistory.track()
class StoredFile(Record):
    """A file in the private storage. It never changes: another content is another row.

    `sha256` and `size` (bytes) are those of the stored content, which for a photo is the one without metadata.
    """

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    media_type = models.CharField(_("file type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64)
    path = models.CharField(_("place in the storage"), max_length=100, unique=True)
    scan_state = models.CharField(_("virus scan"), max_length=12, choices=ScanState, default=ScanState.NOT_SCANNED)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        triggers = [pgtrigger.ReadOnly(name="as_stored", exclude=["scan_state"])]

    def __str__(self) -> str:
        return self.name

    def read(self) -> bytes:
        """The whole content. Raises FileNotFoundError where the storage has lost it."""
        with default_storage.open(self.path, "rb") as file:
            return file.read()
