"""The demo's story of this room, all invented. Told once; again changes nothing."""

from codeofconduct.story import chain, contracts, documents, knowledge, questionnaires, requirements, risk, suppliers
from portal.history.models import SystemActor


def tell(*, by: SystemActor) -> None:
    """What the secretariat and the regions have put into this room."""
    suppliers.tell(by=by)
    documents.tell(by=by)
    contracts.tell(by=by)
    chain.tell(by=by)
    risk.tell(by=by)
    questionnaires.tell(by=by)
    requirements.tell(by=by)
    knowledge.tell(by=by)
