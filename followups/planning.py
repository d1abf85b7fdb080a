"""What a page hands over about an action plan: who is asked, what is proposed, how it is answered."""

from dataclasses import dataclass
from datetime import date

from followups.enums.actions import Move


@dataclass(frozen=True)
class Recipient:
    """A person at the supplier who gets a link."""

    name: str
    email: str
    language: str


@dataclass(frozen=True)
class Proposal:
    """The plan for one action, as the supplier writes it. A draft may lack anything."""

    measures: str = ""
    responsible: str = ""
    starts_on: date | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class PlanAnswer:
    """Accepted or asked to be completed, at the version of the action that the page showed."""

    version: int
    move: Move
    text: str = ""
    due_on: date | None = None
