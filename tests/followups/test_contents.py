"""The long page of a follow-up says at its top what is on it."""

import re

import pytest

from followups.actions.severe import link_report
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory
from tests.followups.pages import page
from tests.followups.test_severe import reported

pytestmark = pytest.mark.django_db


def headings(text):
    """The ids of the page's parts, in their order."""
    return re.findall(r'<section class="stack[^"]*" aria-labelledby="([\w-]+)">\s*<h2 id="\1"', text)


def links(text):
    nav = re.search(r'<nav class="contents".*?</nav>', text, re.DOTALL).group()
    return re.findall(r'href="#([\w-]+)"', nav)


def test_it_leads_to_each_part_that_is_shown_and_to_no_other(client_of, secretariat, buyer, neighbour, reader):
    follow_up = FollowUpFactory(sharing_tier="regions", contracts=["23"])
    CorrectiveActionFactory(finding=FindingFactory(follow_up=follow_up))
    link_report(by=secretariat, report=reported(follow_up.contracts.get()), follow_up=follow_up)
    seen = {}
    for user in (secretariat, buyer, neighbour, reader):
        text = client_of(user).get(page("follow-up-detail", follow_up)).text
        seen[user] = links(text)
        assert seen[user] == headings(text), user
    assert {"findings", "action-plan", "severe-reports", "links", "history"} <= set(seen[secretariat])
    assert "severe-reports" not in seen[neighbour]
    assert len(seen[reader]) < len(seen[secretariat])
