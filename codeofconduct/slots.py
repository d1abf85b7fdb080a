"""What upper rooms add to this room's pages."""

from portal.slots import Slot

supplier_sections = Slot("supplier page sections")  # callable(user, supplier) -> (template name, context) or None
contract_sections = Slot("contract page sections")  # callable(user, contract) -> (template name, context) or None
category_sections = Slot("category page sections")  # callable(user, category) -> (template name, context) or None
