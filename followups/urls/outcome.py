from django.urls import path

from followups.views import outcome as views

urlpatterns = [
    path("<slug:public_id>/light/", views.light_override, name="light-override"),
    path("<slug:public_id>/light/withdraw/", views.light_withdraw, name="light-withdraw"),
    path("<slug:public_id>/recommendation/", views.recommendation_make, name="recommendation-make"),
    path("recommendations/<slug:public_id>/withdraw/", views.recommendation_withdraw, name="recommendation-withdraw"),
    path("contracts/<slug:public_id>/decide/<slug:code>/", views.decision_make, name="decision-make"),
]
