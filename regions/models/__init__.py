from regions.models.people import Access, Membership, User
from regions.models.places import GroupMembership, PopulationFigure, PurchasingGroup, Region
from regions.models.sharing import Shared

__all__ = ["Access", "GroupMembership", "Membership", "PopulationFigure", "PurchasingGroup", "Region", "Shared", "User"]
