"""What the database refuses, as a sentence."""

from django.apps import apps
from django.db import DatabaseError
from django.utils.translation import gettext as _


def sentence_of(error: DatabaseError) -> str:
    """The message of the constraint that was broken, where it has one of its own."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    reason = next(
        (
            str(constraint.violation_error_message)
            for model in apps.get_models()
            for constraint in model._meta.constraints
            if constraint.name == name
        ),
        str(getattr(diagnosis, "message_primary", None) or ""),
    )
    return _("The register refused the file, and nothing of it was imported. %(reason)s") % {"reason": reason}
