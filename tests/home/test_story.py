"""The demo's story: told once, whatever is loaded again, and readable by the people in it."""

import io
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from codeofconduct.models import Enquiry, Guidance, RequirementComment, SustainabilityRequirement
from followups.models import CorrectiveAction, Evidence, FollowUp, SummaryEdition
from followups.slots import attention_tiles
from funding.models import FundingYear
from funding.queries.spending import spending_of
from portal import clock
from portal.ui.templatetags.formats import kronor
from regions.models import Membership, User

pytestmark = [pytest.mark.long, pytest.mark.django_db]


@pytest.fixture(scope="module", autouse=True)
def story(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Told twice, in a transaction around all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        for command in ("load_reference_data", "load_story", "load_story"):
            call_command(command, stdout=io.StringIO())
        yield
        transaction.set_rollback(True)


def test_requirement_sets_and_questions_are_told_once():
    states = list(SustainabilityRequirement.objects.values_list("state", flat=True))
    assert {state: states.count(state) for state in states} == {"adopted": 6, "declined": 1, "proposed": 3}
    assert RequirementComment.objects.count() == 3
    assert (Enquiry.objects.answered().count(), Enquiry.objects.unanswered().count()) == (6, 2)
    assert Guidance.objects.filter(enquiries__isnull=False).count() == 1


def test_follow_ups_are_told_once_and_the_buyer_reads_the_visible_ones(client_of):
    assert FollowUp.objects.count() == 8
    assert CorrectiveAction.objects.count() == 5
    assert Evidence.objects.count() == 1
    buyer = User.objects.get(email="inkopare.jh@demo.example")
    assert [tile.url.partition("=")[2] for tile in attention_tiles(buyer)] == [
        "",
        "late",
        "to-answer",
        "soon",
        "new-shared",
    ]
    for follow_up in FollowUp.objects.visible_to(buyer):
        assert client_of(buyer).get(f"/follow-ups/{follow_up.public_id}/").status_code == 200


def test_two_summaries_are_published_and_one_is_withdrawn():
    assert SummaryEdition.objects.standing().count() == 2
    assert SummaryEdition.objects.latest().exclude(withdrawn_at=None).count() == 1
    shown = Client().get("/results/sv/").text
    assert "inga öppna avvikelser" in shown
    assert "deviations" not in shown
    assert FollowUp.objects.exclude(decisions=None).exists()


def test_the_money_of_this_year_and_the_last_shows_what_the_storys_audits_cost(client_of):
    """The audits are dated from today, the invoices at most 45 days back."""
    admin, today = User.objects.get(email="admin@demo.example"), clock.today()
    years = list(FundingYear.objects.exclude(state="closed"))
    assert [each.year for each in years] == [today.year, today.year - 1]
    invoiced = [spending_of(each).total.actual_ore for each in years]
    assert sum(invoiced) == 12_340_000
    shown = [each for each, ore in zip(years, invoiced, strict=True) if ore]
    for year in shown:
        for page in ("", "spending/"):
            assert (
                kronor(spending_of(year).total.actual_ore)
                in client_of(admin).get(f"/funding/{year}/budget/{page}").text
            )


def test_every_change_says_that_it_comes_from_the_command():
    events = Membership.pgh_event_model.objects.order_by()  # type: ignore[attr-defined]
    assert list(events.values_list("pgh_context", flat=True).distinct()) == [{"command": "load_story"}]
