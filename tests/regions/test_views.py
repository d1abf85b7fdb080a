import pytest

from regions.models import Region

pytestmark = pytest.mark.django_db


def test_region_page_shows_dated_figures(client_of, reference_data, buyer):
    page = client_of(buyer).get("/regions/23/").content.decode()
    assert "Region Jämtland Härjedalen" in page
    assert "132\N{NO-BREAK SPACE}054" in page
    assert "31 december 2021" in page


def test_regions_stand_in_swedish_order(client_of, reference_data, secretariat):
    regions = client_of(secretariat).get("/regions/").context["regions"]
    names = [region.name for region in regions]
    assert names[-2:] == ["Region Östergötland", "Västra Götalandsregionen"]
    assert names.index("Region Örebro län") == names.index("Region Östergötland") - 1


@pytest.mark.parametrize("count", [1, 3])
def test_region_list_takes_the_same_queries(client_of, secretariat, django_assert_num_queries, count):
    for number in range(count):
        Region.objects.create(code=f"3{number}", name=f"Region {number}", organisation_number=f"232100-030{number}")
    client = client_of(secretariat)
    with django_assert_num_queries(4):
        assert len(client.get("/regions/").context["regions"]) == count


def test_stranger_sees_no_region(client_of, reference_data, stranger):
    assert "Jämtland" not in client_of(stranger).get("/regions/").content.decode()
    assert client_of(stranger).get("/regions/23/").status_code == 404


def test_unknown_region_is_not_found(client_of, reference_data, secretariat):
    assert client_of(secretariat).get("/regions/02/").status_code == 404


def test_page_is_in_the_users_language(client_of, reference_data, person):
    page = client_of(person("secretariat", language="en")).get("/regions/23/").content.decode()
    assert '<html lang="en">' in page
    assert "How many live here" in page
