"""Reference data of this room: what every installation begins with. Loading it again changes nothing."""

from codeofconduct.reference import categories, documents
from portal.history.models import SystemActor


def load(*, by: SystemActor) -> None:
    """Code, clause and requirements of both generations, and the categories prioritised 2023–2025."""
    documents.load(by=by)
    categories.load(by=by)
