"""Reference data of this room: what every installation begins with. Loading it again changes nothing."""

from codeofconduct.reference import categories, contracts, cpv, documents
from portal.history.models import SystemActor


def load(*, by: SystemActor) -> None:
    """Code, clause and requirements of both generations, the categories prioritised 2023–2025, the joint bodies."""
    documents.load(by=by)
    categories.load(by=by)
    cpv.load(by=by)
    contracts.load(by=by)
