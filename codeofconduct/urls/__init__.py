"""The addresses of this room, a file a noun."""

from codeofconduct.urls import (
    categories,
    chain,
    contracts,
    documents,
    knowledge,
    questionnaires,
    requirements,
    risk,
    suppliers,
)

app_name = "codeofconduct"
urlpatterns = [
    pattern
    for part in (
        chain,  # before what stands below suppliers/<id>/
        suppliers,
        contracts,
        documents,
        questionnaires,
        categories,
        risk,
        requirements,
        knowledge,
    )
    for pattern in part.urlpatterns
]
