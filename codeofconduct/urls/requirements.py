from django.urls import path

from codeofconduct.views import requirements as sets
from codeofconduct.views import variants

urlpatterns = [
    path("requirement-sets/", sets.requirement_set_list, name="requirement-set-list"),
    path("requirement-sets/new/", sets.requirement_set_create, name="requirement-set-create"),
    path("requirement-sets/<slug:public_id>/", sets.requirement_set_detail, name="requirement-set-detail"),
    path("requirement-sets/<slug:public_id>/export/", sets.requirement_set_export, name="requirement-set-export"),
    path(
        "requirement-sets/<slug:public_id>/export/text/",
        sets.requirement_set_download,
        name="requirement-set-download",
    ),
    path("requirement-sets/<slug:public_id>/topics/new/", sets.requirement_topic_add, name="requirement-topic-add"),
    path("requirement-topics/<slug:public_id>/", variants.requirement_topic_detail, name="requirement-topic-detail"),
    path("requirement-topics/<slug:public_id>/edit/", sets.requirement_topic_edit, name="requirement-topic-edit"),
    path("requirement-topics/<slug:public_id>/propose/", variants.variant_propose, name="variant-propose"),
    path("requirement-variants/<slug:public_id>/edit/", variants.variant_edit, name="variant-edit"),
    path("requirement-variants/<slug:public_id>/comment/", variants.variant_comment, name="variant-comment"),
    path("requirement-variants/<slug:public_id>/adopt/", variants.variant_adopt, name="variant-adopt"),
    path("requirement-variants/<slug:public_id>/decline/", variants.variant_decline, name="variant-decline"),
    path("harmonisation/", sets.harmonisation, name="harmonisation"),
]
