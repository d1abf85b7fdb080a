"""Users as files: for administrators, without a mail and without a password."""

from datetime import timedelta

import pytest

from portal import clock
from portal.outbox.models import Message
from regions.models import PurchasingGroup, User
from tests.exchange.bringing import bring, counts, faults, look, take_out
from tests.exchange.files import csv_file
from tests.factories import RegionFactory

pytestmark = pytest.mark.django_db


def test_users_go_in_with_their_roles(tmp_path, admin):
    RegionFactory(code="23")
    PurchasingGroup.objects.get_or_create(letter="A")
    path = csv_file(
        tmp_path,
        "e-post;namn;roll",
        "Anna@region.example;Anna Exempel;buyer: 23; area_coordinator: A",
        "nils@region.example;Nils Exempel;reader",
    )
    path.write_text(path.read_text().replace("buyer: 23; area", '"buyer: 23; area').replace("tor: A", 'tor: A"'))
    assert counts(bring("users", path, by=admin)) == (2, 0, 0, 0)
    anna = User.objects.get(email="anna@region.example")
    assert (sorted(anna.access.roles), anna.has_usable_password()) == (["area_coordinator", "buyer"], False)
    assert counts(bring("users", path, by=admin)) == (0, 0, 2, 0)
    assert counts(bring("users", take_out("users", tmp_path / "ut.xlsx", by=admin), by=admin)) == (0, 0, 3, 0)
    assert Message.objects.count() == 0


def test_a_role_that_is_not_named_any_more_ends_yesterday(tmp_path, admin, buyer):
    bring("users", csv_file(tmp_path, "e-post;roll", f"{buyer.email};reader"), by=admin)
    ended, begun = buyer.memberships.order_by("valid_from")
    today = clock.today()
    assert (ended.role, ended.valid_to) == ("buyer", today - timedelta(days=1))
    assert (begun.role, begun.valid_from, begun.valid_to) == ("reader", today, None)


def test_roles_that_cannot_be_are_refused(tmp_path, admin):
    RegionFactory(code="23")
    path = csv_file(
        tmp_path, "e-post;namn;roll", "a@b.example;A;chef", "b@b.example;B;buyer: Atlantis", "c@b.example;C;reader: 23"
    )
    assert faults(look("users", path, by=admin)) == [
        (2, "roll (C)", "chef"),
        (3, "roll (C)", "buyer: Atlantis"),
        (4, "roll (C)", "reader: 23"),
    ]


def test_nobody_changes_the_own_roles(tmp_path, admin):
    for line in ("reader;ja", "admin;nej"):
        path = csv_file(tmp_path, "e-post;roll;is_active", f"{admin.email};{line}")
        assert [fault.row for fault in look("users", path, by=admin).faults] == [2]
