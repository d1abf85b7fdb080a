"""The addresses of this room, a file a noun."""

from followups.urls import follow_ups, links

app_name = "followups"
urlpatterns = [
    pattern
    for part in (
        links,
        # what stands below /follow-ups/<id>/ comes last
        follow_ups,
    )
    for pattern in part.urlpatterns
]
