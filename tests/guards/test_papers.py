"""What leaves the portal on paper or by mail holds nothing of another region."""

import io
import zipfile
from datetime import date, timedelta

import pikepdf
import pypdfium2
import pytest
from django.test import Client

from followups.actions.follow_ups import share_follow_up
from followups.documents.action_plans import ACTION_PLAN
from followups.documents.common import render_document
from followups.documents.reports import AUDIT_REPORT
from followups.models import FollowUp
from followups.queries.follow_ups import with_progress
from funding.actions.years import open_year
from funding.documents.brief import DECISION_BRIEF
from portal import clock
from portal.outbox.models import Message
from portal.reminders.actions import REMINDERS, tick
from regions.enums import SharingTier
from regions.models import Region
from tests.guards.world import FOREIGN, MAY_READ, OWN, REGION_OF, World, canary

pytestmark = pytest.mark.django_db
# What only the region's own contract says: that it takes part is shared with the follow-up, its contract is not.
CONTRACT = (f"Avtal {canary('23')}", f"RS {canary('23')}")


@pytest.fixture
def shared(world: World) -> FollowUp:
    """Region 23's follow-up, which all regions may read."""
    follow_up = FollowUp.objects.get(public_id=world.objects["follow_up"][OWN])
    return share_follow_up(by=world.users["secretariat"], follow_up=follow_up, tier=SharingTier.REGIONS)


def texts_for(user, follow_up: FollowUp) -> list[str]:
    """The page of the follow-up and both its documents, as this user gets them."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    seen = with_progress(FollowUp.objects.visible_to(user)).get(pk=follow_up.pk)
    texts = [client.get(f"/follow-ups/{follow_up.public_id}/").text]
    for document in (AUDIT_REPORT, ACTION_PLAN):
        made = render_document(document, seen, user=user, language="sv", progress=lambda done, total: None)
        with pypdfium2.PdfDocument(made.content) as pdf:
            texts.append(" ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pdf))
    return texts


@pytest.mark.parametrize("role", [pytest.param("neighbour", marks=pytest.mark.long), "reader"])
def test_a_regions_contract_stands_neither_on_the_page_nor_in_a_document(world, shared, role):
    texts = texts_for(world.users[role], shared)
    assert [word for word in CONTRACT for text in texts if word in text] == []
    assert all(str(shared.supplier) in text for text in texts)


def test_the_region_itself_reads_its_contract_in_all_of_them(world, shared):
    """The control."""
    assert all(word in text for word in CONTRACT for text in texts_for(world.users["buyer"], shared))


def test_a_regions_brief_holds_no_text_of_any_region(world: World):
    """It tells numbers alone; that its own contract is among them is the control."""
    by, day = world.users["admin"], date(2021, 12, 31)
    year = open_year(by=by, year=2026, ore_per_inhabitant=100, rate_source="RS/1", basis_date=day)
    prepared = DECISION_BRIEF.prepare(year)
    assert prepared.work[Region.objects.get(code="23").pk].contracts
    for code in ("23", "25", "12"):
        pdf, word = DECISION_BRIEF.render(prepared, code, "Anna", "sv")
        with pypdfium2.PdfDocument(pdf.content) as opened, pikepdf.open(io.BytesIO(pdf.content)) as attached:
            texts = [page.get_textpage().get_text_bounded() for page in opened]
            texts += [each.get_file().read_bytes().decode() for each in attached.attachments.values()]
        with zipfile.ZipFile(io.BytesIO(word.content)) as archive:
            texts += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        assert [word for word in map(canary, ("23", "25", "12")) for text in texts if word in text] == []


def code_of(address: str) -> str:
    """The region in whose follow-up the world wrote to this supplier or auditor; "" where it says so nowhere."""
    for which in (OWN, FOREIGN):
        if which in address.partition("@")[0] or canary(REGION_OF[which]).replace("å", "a") in address:
            return REGION_OF[which]
    return ""


def test_no_mail_holds_what_its_reader_may_not_know(world: World):
    for days in (0, 1, 3, 7, 14, 15, 30, 45, 60, 90):
        tick(by=REMINDERS, day=clock.today() + timedelta(days=days))
    role_of = {user.email: role for role, user in world.users.items()}
    leaks, found = [], set()
    # The one that came back from both regions' follow-ups was written by the world, not by the portal.
    for message in Message.objects.exclude(to="retur@leverantor.example"):
        text, role = message.subject + message.body, role_of.get(message.to)
        for code, readers in MAY_READ.items():
            if canary(code) not in text:
                continue
            found.add((role, code))
            if not (role in readers if role else code == code_of(message.to)):
                leaks.append((message.to, message.kind, code))
    assert leaks == []
    assert {("buyer", "23"), ("neighbour", "25")} <= found
