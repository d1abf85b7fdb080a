"""Questions and answers to test with."""

from typing import Any

from codeofconduct.actions.knowledge import answer_enquiry, register_enquiry
from codeofconduct.models import Enquiry
from portal.history.models import SystemActor

BY = SystemActor("test")


def make_enquiry(subject: str = "Spårbarhet", *, by: Any = BY, **told: Any) -> Enquiry:
    return register_enquiry(by=by, **{"subject": subject, "question": "Hur gör vi?", "region": None, **told})


def answered(enquiry: Enquiry, answer: str = "Så här.", *, by: Any = BY, **told: Any) -> Enquiry:
    """The question with an answer; what isn't told stays."""
    usual = {
        "version": enquiry.version,
        "subject": enquiry.subject,
        "question": enquiry.question,
        "is_shared": True,
        "area": enquiry.area,
        "category": enquiry.category,
    }
    return answer_enquiry(by=by, enquiry=enquiry, answer=answer, **{**usual, **told})
