from django.urls import path

from regions import views

app_name = "regions"
urlpatterns = [
    path("", views.region_list, name="region-list"),
    path("population/", views.population_list, name="population-list"),
    path("population/new/", views.population_bring, name="population-bring"),
    path("population/fetch/", views.population_fetch, name="population-fetch"),
    path("population/<slug:public_id>/", views.population_file, name="population-file"),
    path("population/<slug:public_id>/file/", views.population_download, name="population-download"),
    path("<slug:code>/", views.region_detail, name="region-detail"),
]
