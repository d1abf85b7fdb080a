from django.urls import path

from portal.outbox import views

app_name = "outbox"
urlpatterns = [
    path("", views.message_list, name="message-list"),
    path("demo/", views.demo_list, name="demo-list"),
    path("demo/<slug:public_id>/", views.demo_detail, name="demo-detail"),
    path("<slug:public_id>/", views.message_detail, name="message-detail"),
    path("<slug:public_id>/resend/", views.message_resend, name="message-resend"),
    path("<slug:public_id>/mark-sent/", views.message_mark_sent, name="message-mark-sent"),
    path("<slug:public_id>/mark-bounced/", views.message_mark_bounced, name="message-mark-bounced"),
    path("<slug:public_id>/note/", views.message_note, name="message-note"),
]
