"""Inserting rows whose rules the database keeps."""

from django.db import IntegrityError, models, transaction


def insert(row: models.Model) -> None:
    """Validate and insert. Who loses a race on a unique value gets the same ValidationError as who comes late."""
    row.full_clean()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        row.validate_unique()
        raise
