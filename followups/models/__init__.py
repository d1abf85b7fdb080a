from followups.models.calls import CallAnswer, CallCategory, CallContract, ContractCall
from followups.models.findings import CorrectiveAction, Evidence, Finding, Severity
from followups.models.follow_ups import FollowUp, FollowUpContract, StateChange
from followups.models.links import AccessLink
from followups.models.plan import Candidate, ClauseTerms, FollowUpPlan, PlanSetting

__all__ = [
    "AccessLink",
    "CallAnswer",
    "CallCategory",
    "CallContract",
    "Candidate",
    "ClauseTerms",
    "ContractCall",
    "CorrectiveAction",
    "Evidence",
    "Finding",
    "FollowUp",
    "FollowUpContract",
    "FollowUpPlan",
    "PlanSetting",
    "Severity",
    "StateChange",
]
