"""What the actions say that they raise, they raise, and nothing is half written."""

import uuid
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from codeofconduct.models import Supplier
from followups.actions.findings import submit_finding
from followups.actions.follow_ups import move_follow_up, open_follow_up
from followups.enums.follow_ups import TRANSITIONS, Kind, State, Transition
from followups.models import Finding, FollowUp, StateChange
from portal import clock
from portal.files.checks import Upload
from portal.files.models import StoredFile
from tests.factories import CategoryFactory, ClauseVersionFactory, ContractFactory, SupplierFactory
from tests.followups.factories import RequirementFactory, SeverityFactory

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


@contextmanager
def refused(error):
    """It raises, and there is nothing that was not there before."""
    before = [kind.objects.count() for kind in (FollowUp, Finding, StateChange, StoredFile)]
    with pytest.raises(error), transaction.atomic():
        yield
    assert [kind.objects.count() for kind in (FollowUp, Finding, StateChange, StoredFile)] == before


def test_opening(secretariat):
    contract = ContractFactory()
    opening = {
        "by": secretariat,
        "submission": uuid.uuid4(),
        "supplier": contract.supplier,
        "category": CategoryFactory(),
        "clause_version": contract.clause_version,
        "lead_region": contract.region,
        "contracts": [contract],
    }
    with refused(IntegrityError):
        open_follow_up(**opening | {"contracts": [contract, ContractFactory()]})
    with refused(IntegrityError):
        open_follow_up(**opening | {"contracts": [contract, contract]})
    with refused(Supplier.DoesNotExist):
        open_follow_up(**opening | {"supplier": SupplierFactory.build()})
    with refused(PermissionDenied):
        open_follow_up(**opening | {"by": NOBODY})


def test_moving(follow_up, secretariat):
    step = TRANSITIONS[State.PLANNED, State.SELF_ASSESSMENT_SENT]
    for made_up in (
        Transition(State.PLANNED, State.CLOSED, Kind.STEP),
        Transition(State.CLOSED, State.PLANNED, Kind.STEP),
    ):
        with refused(ValueError):
            move_follow_up(by=secretariat, follow_up=follow_up, transition=made_up, reason="Skäl")
    with refused(FollowUp.DoesNotExist):
        move_follow_up(by=secretariat, follow_up=FollowUp(pk=0), transition=step)
    with refused(PermissionDenied):
        move_follow_up(by=NOBODY, follow_up=follow_up, transition=step)
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.version) == (State.PLANNED, 1)


def test_submitting(follow_up, buyer):
    sent = {
        "by": buyer,
        "follow_up": follow_up,
        "submission": uuid.uuid4(),
        "text": "Spärrad nödutgång",
        "severity": SeverityFactory(),
        "requirement": RequirementFactory(clause_version=follow_up.clause_version),
        "evidence": [Upload("foto.pdf", "application/pdf", b"%PDF")],
        "action": "Öppna nödutgången",
        "due_on": clock.today(),
    }
    other = RequirementFactory(clause_version=ClauseVersionFactory(name="2016"))
    for change, error in (
        ({"due_on": None}, ValueError),
        ({"requirement": other}, IntegrityError),
        ({"follow_up": FollowUp(pk=0)}, FollowUp.DoesNotExist),
        ({"by": NOBODY}, PermissionDenied),
    ):
        with refused(error):
            submit_finding(**sent | change)
    assert submit_finding(**sent) == Finding.objects.get()
