from django.urls import path

from portal.reminders import views

app_name = "reminders"
urlpatterns = [
    path("", views.preference_edit, name="preference-edit"),
    path("calendar/renew/", views.calendar_renew, name="calendar-renew"),
    path("calendar/revoke/", views.calendar_revoke, name="calendar-revoke"),
    path("calendar/<str:key>/deadlines.ics", views.calendar_feed, name="calendar-feed"),
    path("switch/", views.switch_on, name="switch-on"),
    path("switch/off/", views.switch_off, name="switch-off"),
]
