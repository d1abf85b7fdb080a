"""Governing documents to test with."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from codeofconduct.models import CodeSection, CodeVersion, Guidance, GuidanceSection, GuidanceVersion
from portal import clock
from tests.factories import system


class CodeVersionFactory(DjangoModelFactory):
    """An adopted version with two sections; `adopted=False` leaves it a draft."""

    class Meta:
        model = CodeVersion
        skip_postgeneration_save = True

    name = "2023"
    valid_from = date(2023, 3, 1)
    created_by = factory.LazyFunction(system)

    @factory.post_generation
    def adopted(self, create, extracted, **kwargs):
        for number in (1, 2):
            CodeSection.objects.create(
                code_version=self,
                number=number,
                heading_sv=f"Avsnitt {number}",
                heading_en=f"Section {number}",
                body_sv=f"Text {number}",
                body_en=f"Body {number}",
            )
        _adopt(self, extracted)


class GuidanceFactory(DjangoModelFactory):
    class Meta:
        model = Guidance

    title_sv = factory.Sequence(lambda number: f"Vägledning {number}")
    title_en = factory.Sequence(lambda number: f"Guidance {number}")
    created_by = factory.LazyFunction(system)


class GuidanceVersionFactory(DjangoModelFactory):
    """An adopted version with one section; `adopted=False` leaves it a draft."""

    class Meta:
        model = GuidanceVersion
        skip_postgeneration_save = True

    guidance = factory.SubFactory(GuidanceFactory)
    name = "2024"
    valid_from = date(2024, 1, 1)
    created_by = factory.LazyFunction(system)

    @factory.post_generation
    def adopted(self, create, extracted, **kwargs):
        GuidanceSection.objects.create(
            guidance_version=self, number=1, heading_sv="Råd", heading_en="Advice", body_sv="Gör så här."
        )
        _adopt(self, extracted)


def _adopt(version, wanted) -> None:
    """Sections come first: an adopted version is locked."""
    if wanted is False:
        return
    version.adopted_at, version.adopted_by = clock.now(), system()
    version.save(update_fields=["adopted_at", "adopted_by"])
