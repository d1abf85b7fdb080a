import pytest

from tests.followups.factories import FollowUpFactory


@pytest.fixture
def follow_up(db):
    """Led by Jämtland Härjedalen, whose contract takes part; not shared."""
    return FollowUpFactory(contracts=["23"])
