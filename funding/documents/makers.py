"""Which documents every region gets its own of. A kind without a maker isn't offered."""

from funding.documents.brief import DECISION_BRIEF
from funding.documents.invoicing import INVOICE_BASIS
from funding.documents.region import RegionDocumentMaker
from funding.documents.statements import STATEMENT
from funding.enums import RegionDocumentKind

MAKERS: dict[RegionDocumentKind, RegionDocumentMaker] = {
    RegionDocumentKind.DECISION_BRIEF: DECISION_BRIEF,
    RegionDocumentKind.INVOICE_BASIS: INVOICE_BASIS,
    RegionDocumentKind.STATEMENT: STATEMENT,
}


def offered_kinds() -> list[tuple[str, str]]:
    """(Value, label) of what can be made."""
    return [(str(kind), str(kind.label)) for kind in RegionDocumentKind if kind in MAKERS]
