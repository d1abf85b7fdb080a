"""The addresses of this room, a file a noun."""

from followups.urls import (
    actions,
    assessments,
    audits,
    documents,
    follow_ups,
    links,
    lists,
    outcome,
    outside_audits,
    plan,
    reminders,
    reuse,
    severe,
    summaries,
)

app_name = "followups"
urlpatterns = [
    pattern
    for part in (
        documents,
        links,
        lists,
        plan,
        assessments,
        outcome,
        summaries,
        reminders,
        actions,
        severe,
        audits,
        outside_audits,
        reuse,
        # what stands below /follow-ups/<id>/ comes last
        follow_ups,
    )
    for pattern in part.urlpatterns
]
