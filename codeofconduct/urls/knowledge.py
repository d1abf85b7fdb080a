from django.urls import path

from codeofconduct.views import knowledge as views

urlpatterns = [
    path("knowledge/", views.knowledge, name="knowledge"),
    path("knowledge/questions/new/", views.enquiry_ask, name="enquiry-ask"),
    path("knowledge/questions/register/", views.enquiry_register, name="enquiry-register"),
    path("knowledge/questions/waiting/", views.enquiry_waiting, name="enquiry-waiting"),
    path("knowledge/questions/own/", views.enquiry_mine, name="enquiry-mine"),
    path("knowledge/questions/<slug:public_id>/", views.enquiry_detail, name="enquiry-detail"),
    path("knowledge/questions/<slug:public_id>/answer/", views.enquiry_answer, name="enquiry-answer"),
    path("knowledge/questions/<slug:public_id>/guidance/", views.enquiry_publish, name="enquiry-publish"),
]
