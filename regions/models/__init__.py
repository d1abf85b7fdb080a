from regions.models.people import Access, Membership, User
from regions.models.places import GroupMembership, PurchasingGroup, Region
from regions.models.population import ForecastFigure, PopulationFigure, PopulationFile
from regions.models.sharing import Shared

__all__ = [
    "Access",
    "ForecastFigure",
    "GroupMembership",
    "Membership",
    "PopulationFigure",
    "PopulationFile",
    "PurchasingGroup",
    "Region",
    "Shared",
    "User",
]
