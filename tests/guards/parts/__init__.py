"""The declarations of the larger rooms, a file a noun."""

from tests.guards.parts import (
    categories,
    chain,
    contracts,
    documents,
    exchange,
    followups_assessments,
    followups_audits,
    followups_documents,
    followups_findings,
    followups_links,
    followups_lists,
    followups_plan,
    followups_reminders,
    knowledge,
    questionnaires,
    requirements,
    risk,
    suppliers,
)

PARTS = (
    categories,
    chain,
    contracts,
    documents,
    exchange,
    followups_documents,
    followups_links,
    followups_lists,
    followups_plan,
    followups_assessments,
    followups_reminders,
    followups_findings,  # needs the links
    followups_audits,
    knowledge,
    questionnaires,
    requirements,
    risk,
    suppliers,
)
