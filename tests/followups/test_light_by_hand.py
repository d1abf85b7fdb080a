"""A light set by hand: with a reason and a name, beside the derived one, everywhere the light is."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from followups.actions.light import override_light, withdraw_override
from followups.enums.follow_ups import Colour, State
from followups.forms.follow_ups import FilterForm
from followups.models import FollowUp, LightOverride
from followups.queries.follow_ups import follow_up_page, row_of, with_progress
from followups.resources.follow_ups import FollowUpResource, follow_ups
from tests.followups.factories import FollowUpFactory
from tests.followups.factories_outcome import OverrideFactory
from tests.followups.pages import page

REASON = "Leverantören har visat kvitton"


# --- The light ------------------------------------------------------------------------------------------------


def light(follow_up):
    return row_of(with_progress(FollowUp.objects.filter(pk=follow_up.pk)).get()).light


def test_light_set_by_hand_stands_before_the_derived_one(follow_up, secretariat):
    FollowUp.objects.update(planned_on=date(2026, 1, 1))
    override_light(by=secretariat, follow_up=follow_up, colour=Colour.YELLOW, reason=REASON)
    shown = light(follow_up)
    assert (shown.colour, shown.derived.colour, shown.reason, shown.by) == ("yellow", "red", REASON, secretariat.name)
    with translation.override("en"):
        assert shown.explained(by_name=True) == (
            f"Overridden by {secretariat.name} because: {REASON}. "
            "Derived from the case it would be: Red: planned date has passed."
        )
        assert REASON not in shown.explained(by_name=False)


@pytest.mark.django_db
def test_every_light_has_its_sentence():
    for state in (state for state in State if state != State.ABORTED):
        shown = light(FollowUpFactory(state=state))
        assert shown.why.endswith("."), state


def test_at_most_one_is_in_force_and_the_reason_is_needed(follow_up, secretariat, area_coordinator):
    first = override_light(by=secretariat, follow_up=follow_up, colour=Colour.GREEN, reason=REASON)
    assert override_light(by=secretariat, follow_up=follow_up, colour=Colour.GREEN, reason=REASON) == first
    with pytest.raises(ValidationError) as refusal:
        override_light(by=area_coordinator, follow_up=follow_up, colour=Colour.RED, reason="Nej")
    assert refusal.value.code == "overridden"
    for reason in ("", " \n"):
        with pytest.raises(ValidationError):
            override_light(by=secretariat, follow_up=FollowUpFactory(), colour=Colour.RED, reason=reason)
    with pytest.raises(IntegrityError), transaction.atomic():
        OverrideFactory(follow_up=follow_up)
    assert LightOverride.objects.get() == first


def test_withdrawn_with_a_reason_the_derived_light_holds(follow_up, secretariat, admin):
    override = OverrideFactory(follow_up=follow_up)
    with pytest.raises(ValidationError):
        withdraw_override(by=secretariat, override=override, reason=" ")
    done = withdraw_override(by=secretariat, override=override, reason="Kvittona var falska")
    again = withdraw_override(by=admin, override=override, reason="Annat")
    assert (again.withdrawn_at, again.withdrawal_reason) == (done.withdrawn_at, "Kvittona var falska")
    assert not light(follow_up).by_hand
    OverrideFactory(follow_up=follow_up)


def test_what_was_set_by_hand_never_changes(follow_up):
    override = OverrideFactory(follow_up=follow_up)
    with pytest.raises(DatabaseError), transaction.atomic():
        LightOverride.objects.filter(pk=override.pk).update(reason="Annan")


def test_aborted_has_no_light_to_set(secretariat):
    aborted = FollowUpFactory(state=State.ABORTED)
    with pytest.raises(ValidationError):
        override_light(by=secretariat, follow_up=aborted, colour=Colour.GREEN, reason=REASON)
    OverrideFactory(follow_up=aborted)
    assert light(aborted) is None


def test_override_page(client_of, follow_up, secretariat, buyer, neighbour):
    url, back = page("light-override", follow_up), page("follow-up-detail", follow_up)
    assert client_of(neighbour).get(url).status_code == 404
    assert client_of(buyer).get(url).status_code == 403
    client = client_of(secretariat)
    wrong = client.post(url, {"colour": "blue", "reason": "Mitt skäl"})
    assert set(wrong.context["form"].errors) == {"colour"}
    assert "Mitt skäl" in wrong.text
    assert client.post(url, {"colour": "green", "reason": REASON}).headers["Location"] == back
    shown = client.get(back).text
    assert [REASON in shown, secretariat.name in shown, f'href="{url}"' in shown] == [
        True,
        True,
        False,
    ]
    leave = page("light-withdraw", follow_up)
    assert client.post(leave, {"reason": ""}).context["form"].errors
    assert client.post(leave, {"reason": "Fel"}).headers["Location"] == back
    assert client.get(leave).status_code == 404


@pytest.fixture
def overridden(secretariat):
    """Shared with all regions, so that a reader sees it too."""
    follow_up = FollowUpFactory(contracts=["23"], sharing_tier="regions")
    override_light(by=secretariat, follow_up=follow_up, colour=Colour.GREEN, reason=REASON)
    return follow_up


def test_names_are_for_the_secretariat_and_the_regions(client_of, overridden, secretariat, buyer, neighbour, reader):
    addresses = [
        reverse("followups:follow-up-list"),
        page("follow-up-detail", overridden),
        reverse("codeofconduct:supplier-detail", args=[overridden.supplier.public_id]),
        f"{reverse('home:search')}?q={overridden.supplier.name}",
    ]
    with translation.override("sv"):
        word = f"{light(overridden).text}"
    for user, sees in ((buyer, True), (neighbour, True), (reader, False)):
        for address in addresses:
            text = client_of(user).get(address).text
            assert (word in text, REASON in text) == (True, sees), (user, address)


def test_exports_tell_both_lights(overridden, secretariat, reader):
    for user, sees in ((secretariat, True), (reader, False)):
        row = follow_ups(user, QueryDict()).get()
        columns = FollowUpResource(by=user).fields
        told = {name: str(columns[name].get_value(row)) for name in ("light", "derived_light", "light_by_hand")}
        assert told["light"] != told["derived_light"]
        assert (REASON in told["light_by_hand"]) is sees


def test_lists_ask_no_more_for_lights_set_by_hand(overridden, secretariat, django_assert_num_queries):
    secretariat.access  # noqa: B018 - read once a request
    form = FilterForm(QueryDict())
    form.is_valid()
    for rows in (1, 3):
        while LightOverride.objects.count() < rows:
            OverrideFactory()
        with django_assert_num_queries(1):
            assert len(follow_up_page(FollowUp.objects.all(), secretariat, QueryDict(), form.page_order()).rows) == rows
