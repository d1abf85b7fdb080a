from followups.models.assessments import Answer, AnswerFile, AskBack, SelfAssessment
from followups.models.calls import CallAnswer, CallCategory, CallContract, ContractCall
from followups.models.drafts import DraftAnswer, DraftFile
from followups.models.findings import CorrectiveAction, Evidence, Finding, Severity
from followups.models.follow_ups import FollowUp, FollowUpContract, StateChange
from followups.models.links import AccessLink
from followups.models.plan import Candidate, ClauseTerms, FollowUpPlan, PlanSetting

__all__ = [
    "AccessLink",
    "Answer",
    "AnswerFile",
    "AskBack",
    "CallAnswer",
    "CallCategory",
    "CallContract",
    "Candidate",
    "ClauseTerms",
    "ContractCall",
    "CorrectiveAction",
    "DraftAnswer",
    "DraftFile",
    "Evidence",
    "Finding",
    "FollowUp",
    "FollowUpContract",
    "FollowUpPlan",
    "PlanSetting",
    "SelfAssessment",
    "Severity",
    "StateChange",
]
