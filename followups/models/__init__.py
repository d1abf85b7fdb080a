from followups.models.actions import ActionEvent, ActionPlan, CorrectiveAction, Delivery, DeliveryFile
from followups.models.assessments import Answer, AnswerFile, AskBack, SelfAssessment
from followups.models.audit_rows import AuditDocument, AuditDocumentRequest, AuditJudgement, RoleMet
from followups.models.audits import Audit, FrameworkAgreement
from followups.models.calls import CallAnswer, CallCategory, CallContract, ContractCall
from followups.models.costs import ReuseRules, SimilarMethod, StandardCost
from followups.models.drafts import DraftAnswer, DraftFile
from followups.models.due_dates import DueDateMove
from followups.models.external import ExternalResult, ResultBody
from followups.models.finding_drafts import DraftPhoto, FindingDraft
from followups.models.findings import Evidence, Finding, Severity
from followups.models.follow_ups import FollowUp, FollowUpContract, StateChange
from followups.models.links import AccessLink
from followups.models.outcome import LightOverride, SanctionDecision, SanctionRecommendation
from followups.models.past import EarlierDocument, PastFollowUp
from followups.models.plan import Candidate, ClauseTerms, FollowUpPlan, PlanSetting
from followups.models.plan_drafts import PlanDraft
from followups.models.replies import SupplierReply
from followups.models.reuse import OpenedAnyway, Reuse, ReuseContract
from followups.models.saved_views import SavedView
from followups.models.severe import SevereAlert, SevereFile, SevereReport
from followups.models.summaries import FactCheck, Summary, SummaryEdition, SummaryPdf

__all__ = [
    "AccessLink",
    "ActionEvent",
    "ActionPlan",
    "Answer",
    "AnswerFile",
    "AskBack",
    "Audit",
    "AuditDocument",
    "AuditDocumentRequest",
    "AuditJudgement",
    "CallAnswer",
    "CallCategory",
    "CallContract",
    "Candidate",
    "ClauseTerms",
    "ContractCall",
    "CorrectiveAction",
    "Delivery",
    "DeliveryFile",
    "DraftAnswer",
    "DraftFile",
    "DraftPhoto",
    "DueDateMove",
    "EarlierDocument",
    "Evidence",
    "ExternalResult",
    "FactCheck",
    "Finding",
    "FindingDraft",
    "FollowUp",
    "FollowUpContract",
    "FollowUpPlan",
    "FrameworkAgreement",
    "LightOverride",
    "OpenedAnyway",
    "PastFollowUp",
    "PlanDraft",
    "PlanSetting",
    "ResultBody",
    "Reuse",
    "ReuseContract",
    "ReuseRules",
    "RoleMet",
    "SanctionDecision",
    "SanctionRecommendation",
    "SavedView",
    "SelfAssessment",
    "SevereAlert",
    "SevereFile",
    "SevereReport",
    "Severity",
    "SimilarMethod",
    "StandardCost",
    "StateChange",
    "Summary",
    "SummaryEdition",
    "SummaryPdf",
    "SupplierReply",
]
