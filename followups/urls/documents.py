from django.urls import re_path

from followups.views import documents

urlpatterns = [
    re_path(
        r"^(?P<public_id>[a-z0-9]+)/documents/(?P<document>[a-z-]+)/(?P<language>sv|en)/$",
        documents.document_order,
        name="document-order",
    ),
]
