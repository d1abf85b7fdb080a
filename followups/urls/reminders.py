from django.urls import path

from followups.views import reminders

urlpatterns = [
    path("<slug:public_id>/reminders/pause/", reminders.reminders_pause, name="reminders-pause"),
    path("<slug:public_id>/reminders/resume/", reminders.reminders_resume, name="reminders-resume"),
    path("<slug:public_id>/undelivered/<slug:message>/note/", reminders.undelivered_note, name="undelivered-note"),
]
