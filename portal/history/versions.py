"""Rows that several people edit: the lock, and the answer to a lost race."""

from typing import Generic, TypeVar

from portal.history.models import Versioned

Stored = TypeVar("Stored", bound=Versioned)


class StaleVersionError(Exception, Generic[Stored]):
    """Someone else saved in between. `stored` is the row as it stands now; nothing was written."""

    def __init__(self, stored: Stored) -> None:
        super().__init__(f"{stored._meta.label} {stored.pk} was saved by someone else")
        self.stored: Stored = stored


def lock_at(row: Stored, seen: int | None) -> Stored:
    """The row, locked, as it stands now. Raises StaleVersionError if it isn't at the version `seen` that a page showed.

    Inside a transaction. `seen` None: whatever version it is at.
    """
    locked: Stored = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if seen is not None and locked.version != seen:
        raise StaleVersionError(locked)
    return locked
