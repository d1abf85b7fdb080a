from followups.models.assessments import Answer, AnswerFile, AskBack, SelfAssessment
from followups.models.calls import CallAnswer, CallCategory, CallContract, ContractCall
from followups.models.drafts import DraftAnswer, DraftFile
from followups.models.due_dates import DueDateMove
from followups.models.findings import CorrectiveAction, Evidence, Finding, Severity
from followups.models.follow_ups import FollowUp, FollowUpContract, StateChange
from followups.models.links import AccessLink
from followups.models.outcome import LightOverride, SanctionDecision, SanctionRecommendation
from followups.models.plan import Candidate, ClauseTerms, FollowUpPlan, PlanSetting
from followups.models.saved_views import SavedView
from followups.models.summaries import FactCheck, Summary, SummaryEdition, SummaryPdf

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
    "DueDateMove",
    "Evidence",
    "FactCheck",
    "Finding",
    "FollowUp",
    "FollowUpContract",
    "FollowUpPlan",
    "LightOverride",
    "PlanSetting",
    "SanctionDecision",
    "SanctionRecommendation",
    "SavedView",
    "SelfAssessment",
    "Severity",
    "StateChange",
    "Summary",
    "SummaryEdition",
    "SummaryPdf",
]
