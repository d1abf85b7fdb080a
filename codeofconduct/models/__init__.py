from codeofconduct.models.categories import CategoryOwner, CategoryPriority, PurchaseCategory
from codeofconduct.models.documents import ClauseVersion, CodeSection, CodeVersion, ProcessRequirement
from codeofconduct.models.suppliers import Contract, ContractCategory, Supplier, SupplierIdentifier

__all__ = [
    "CategoryOwner",
    "CategoryPriority",
    "ClauseVersion",
    "CodeSection",
    "CodeVersion",
    "Contract",
    "ContractCategory",
    "ProcessRequirement",
    "PurchaseCategory",
    "Supplier",
    "SupplierIdentifier",
]
