import pytest

from tests.followups.factories import FindingFactory, FollowUpFactory


@pytest.fixture
def follow_up(db):
    """Led by Jämtland Härjedalen, whose contract takes part; not shared."""
    return FollowUpFactory(contracts=["23"])


@pytest.fixture
def finding(follow_up):
    return FindingFactory(follow_up=follow_up, text="Spärrad nödutgång")
