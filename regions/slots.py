"""What upper rooms add to this room's pages."""

from portal.slots import Slot

region_sections = Slot("region page sections")  # callable(user, region) -> (template name, context) or None
