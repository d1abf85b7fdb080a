"""Saved views: a name for how a list is narrowed, one's own or shared by staff."""

import pytest
from django.urls import reverse

from followups.actions.saved_views import save_view, share_view
from followups.enums.lists import ListKey
from followups.models import SavedView

pytestmark = pytest.mark.django_db
FINDINGS, VIEWS = reverse("followups:finding-list"), reverse("followups:saved-view-list")
SAVE = reverse("followups:saved-view-save", args=["findings"])


def at(name: str, view: SavedView) -> str:
    return reverse(f"followups:saved-view-{name}", args=[view.public_id])


@pytest.fixture
def view(buyer) -> SavedView:
    return save_view(by=buyer, list_key=ListKey.FINDINGS, name="Allvarliga", query="status=open&severity=severe")


def test_a_list_is_saved_as_it_is_narrowed_and_found_above_it(buyer, client_of):
    client = client_of(buyer)
    form = client.get(f"{SAVE}?status=open&sort=supplier&after=xyz&annat=1&region=99").context["form"]
    assert form["query"].value() == "status=open&sort=supplier"
    answer = client.post(SAVE, {"name": "Öppna", "query": form["query"].value()})
    assert answer.url == f"{FINDINGS}?status=open&sort=supplier"
    page = client.get(answer.url)
    assert [(each["view"].name, each["is_current"]) for each in page.context["views"]] == [("Öppna", True)]
    assert f'href="{FINDINGS}?status=open&amp;sort=supplier" aria-current="page">Öppna</a>' in page.content.decode()
    assert client.get(reverse("followups:action-list")).context["views"] == []


def test_the_same_name_again_means_the_new_view(buyer, view, client_of):
    client_of(buyer).post(SAVE, {"name": "Allvarliga", "query": "severity=severe"})
    assert list(SavedView.objects.values_list("name", "query")) == [("Allvarliga", "")]


def test_what_no_list_understands_is_not_kept(buyer, client_of):
    client_of(buyer).post(SAVE, {"name": "Allt", "query": "//annan.example/?x=1&status=påhittad"})
    assert SavedView.objects.get().query == ""


@pytest.mark.parametrize("name", ["", "a" * 81, "a\x00b"])
def test_a_name_that_does_not_do_is_told_and_kept(name, buyer, client_of):
    page = client_of(buyer).post(SAVE, {"name": name, "query": "status=open"})
    assert (page.status_code, SavedView.objects.count()) == (200, 0)
    assert page.context["form"].errors["name"]
    assert page.context["form"]["query"].value() == "status=open"


def test_a_view_is_its_owners_until_staff_share_theirs(buyer, neighbour, secretariat, reader, view, client_of):
    for other in (neighbour, secretariat, reader):
        assert client_of(other).get(FINDINGS).context["views"] == []
        assert client_of(other).post(at("remove", view)).status_code == 404
    assert client_of(buyer).post(at("share", view), {"is_shared": "on"}).status_code == 403
    common = save_view(by=secretariat, list_key=ListKey.FINDINGS, name="Sena", query="status=open")
    client_of(secretariat).post(at("share", common), {"is_shared": "on"})
    for other in (buyer, neighbour, reader):
        assert "Sena" in [each["view"].name for each in client_of(other).get(FINDINGS).context["views"]]
        assert "Sena" in client_of(other).get(VIEWS).content.decode()
        assert client_of(other).post(at("remove", common)).status_code == 403
    client_of(secretariat).post(at("share", common))
    assert "Sena" not in client_of(reader).get(VIEWS).content.decode()
    common.refresh_from_db()
    assert (common.shared_at, common.shared_by) == (None, None)


def test_stranger_has_none(stranger, secretariat, client_of):
    view = save_view(by=secretariat, list_key=ListKey.FINDINGS, name="Sena", query="")
    share_view(by=secretariat, view=view, is_shared=True)
    client = client_of(stranger)
    assert {client.get(url).status_code for url in (VIEWS, SAVE)} == {404}
    assert {client.post(at(name, view)).status_code for name in ("share", "remove")} == {404}


def test_a_view_is_taken_away_and_stays_in_the_history(buyer, view, client_of):
    assert client_of(buyer).post(at("remove", view)).url == VIEWS
    assert client_of(buyer).post(at("remove", view)).status_code == 404
    assert SavedView.objects.count() == 0
    assert list(SavedView.pgh_event_model.objects.values_list("pgh_label", flat=True)) == ["insert", "delete"]


def test_addresses_of_views(buyer, view, client_of):
    client = client_of(buyer)
    assert client.get(reverse("followups:saved-view-save", args=["annat"])).status_code == 404
    assert {client.get(at(name, view)).status_code for name in ("share", "remove")} == {405}


def test_queries_do_not_grow_with_views(buyer, client_of, django_assert_num_queries):
    client = client_of(buyer)
    for rows in (1, 3):
        while SavedView.objects.count() < rows:
            number = SavedView.objects.count()
            save_view(by=buyer, list_key=ListKey.FINDINGS, name=f"Vy {number}", query="status=open")
        with django_assert_num_queries(4):
            client.get(VIEWS)
