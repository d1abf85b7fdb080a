from django.urls import path

from followups.views import links

urlpatterns = [
    # `key`: what a log never shows
    path("links/open/<str:key>/", links.link_open, name="link-open"),
    path("links/mine/", links.link_mail, name="link-mail"),
    path("links/given/<slug:public_id>/resend/", links.link_resend, name="link-resend"),
    path("links/given/<slug:public_id>/revoke/", links.link_revoke, name="link-revoke"),
    path("links/<slug:link>/", links.outside_start, name="outside-start"),
    path("<slug:public_id>/links/new/", links.link_add, name="link-add"),
]
