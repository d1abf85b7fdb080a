from django.urls import path

from codeofconduct.views import documents as views

urlpatterns = [
    path("requirements/", views.requirement_list, name="requirement-list"),
]
