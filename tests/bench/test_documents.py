"""What is measured keeps to the rules of what is stored, so that a new rule shows here and not in the benchmark."""

import pytest

from tests.bench.documents import make_long_follow_up

pytestmark = pytest.mark.django_db


def test_a_long_follow_up_can_be_made(reference_data):
    follow_up = make_long_follow_up(26)
    assert follow_up.findings.filter(severity__is_severe=True).count() == 2
    assert follow_up.findings.exclude(actions=None).count() == 26
