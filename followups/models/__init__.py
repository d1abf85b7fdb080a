from followups.models.findings import CorrectiveAction, Evidence, Finding, Severity
from followups.models.follow_ups import FollowUp, FollowUpContract, StateChange

__all__ = ["CorrectiveAction", "Evidence", "Finding", "FollowUp", "FollowUpContract", "Severity", "StateChange"]
