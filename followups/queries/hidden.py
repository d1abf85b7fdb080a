"""Whose names of a supplier's chain and case must not become public (product rule 5)."""

from codeofconduct.models import Contract, Facility, Supplier, SupplierContact, SupplyLink
from followups.enums.summaries import Hidden
from followups.masking import HiddenName, people_in
from followups.models import AccessLink, ActionEvent, Audit, CorrectiveAction, Finding, FollowUp
from portal.history.models import Actor, ActorKind


def hidden_names(follow_up: FollowUp) -> list[HiddenName]:
    """Sub-suppliers, confidential facilities with their address and number, and everyone named in the case.

    The chain is that of all of the supplier's contracts: what one region keeps to itself, no summary tells. The number of
    queries does not grow with what there is.
    """
    supplier = follow_up.supplier_id
    links = SupplyLink.objects.filter(contract__in=Contract.objects.filter(supplier=supplier).values("pk"))
    in_chain = Facility.objects.filter(pk__in=links.values("facility"))
    below = Supplier.objects.filter(pk__in=in_chain.values("supplier")).exclude(pk=supplier)
    confidential = (in_chain | Facility.objects.filter(supplier=supplier)).filter(is_confidential=True).distinct()
    contacts = SupplierContact.objects.filter(supplier__in=[supplier, *below.values_list("pk", flat=True)])
    names = {(name, Hidden.SUB_SUPPLIER) for name in below.values_list("name", flat=True)}
    for facility in confidential:
        told = (facility.name, facility.os_id, facility.street if _has_number(facility.street) else "")
        names |= {(name, Hidden.FACILITY) for name in told if name}
    for name, email in contacts.values_list("name", "email"):
        names |= {(name, Hidden.PERSON), (email, Hidden.PERSON)}
    names |= {(name, Hidden.PERSON) for name in _people_of(follow_up)}
    return [HiddenName(name, kind) for name, kind in sorted(names) if _tells(name, kind)]


def _people_of(follow_up: FollowUp) -> set[str]:
    """Whoever handles it, acted in it, has come in by a link, or was named as responsible in any round of an action plan."""
    findings = Finding.objects.filter(follow_up=follow_up)
    actions = CorrectiveAction.objects.filter(finding__follow_up=follow_up)
    acted = {
        *findings.values_list("submitted_by", flat=True),
        *findings.values_list("changed_by", flat=True),
        *actions.values_list("created_by", flat=True),
        *actions.values_list("done_by", flat=True),
        *follow_up.state_changes.values_list("created_by", flat=True),
    }
    people = Actor.objects.filter(pk__in=acted - {None}).exclude(kind=ActorKind.SYSTEM)
    outside = AccessLink.objects.filter(follow_up=follow_up)
    names = {*people.values_list("name", flat=True), *outside.values_list("name", flat=True)}
    for told in Audit.objects.filter(follow_up=follow_up).values_list("auditor_name", "auditor_email"):
        names.update(told)
    rounds = ActionEvent.objects.filter(action__finding__follow_up=follow_up)
    now, before = (rows.order_by().values_list("responsible", flat=True) for rows in (actions, rounds))
    for line in now.union(before):
        names.update(people_in(line))
    return names | ({follow_up.handler.name} if follow_up.handler else set())


def _has_number(street: str) -> bool:
    """A street alone may be the name of many things."""
    return any(sign.isdigit() for sign in street)


def _tells(name: str, kind: Hidden) -> bool:
    """A person's first name alone tells nobody from others, and is a word in many texts."""
    return bool(name.strip()) and (kind != Hidden.PERSON or len(name.split()) > 1 or "@" in name)
