from followups.models.findings import CorrectiveAction, Evidence, Finding, Severity
from followups.models.follow_ups import FollowUp, FollowUpContract, StateChange
from followups.models.links import AccessLink

__all__ = [
    "AccessLink",
    "CorrectiveAction",
    "Evidence",
    "Finding",
    "FollowUp",
    "FollowUpContract",
    "Severity",
    "StateChange",
]
