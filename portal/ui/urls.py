from django.urls import path

from portal.ui import views

app_name = "ui"
urlpatterns = [
    path("gallery/", views.gallery, name="gallery"),
    path("language/", views.set_language, name="set-language"),
]
