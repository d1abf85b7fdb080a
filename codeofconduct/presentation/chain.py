"""A contract's chain as a tree: who delivers to whom."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from codeofconduct.models import Contract, SupplyLink
from codeofconduct.permissions import can_change_contract
from codeofconduct.queries.chain import links_of
from regions.models import User


@dataclass
class Node:
    """A link of the chain and those that deliver to it."""

    link: SupplyLink
    children: "list[Node]" = field(default_factory=list)


@dataclass(frozen=True)
class Chain:
    """The tree of one contract. `may_change`: the user keeps the contract."""

    contract: Contract
    nodes: list[Node]
    may_change: bool


def tree_of(links: Iterable[SupplyLink]) -> list[Node]:
    """The links that deliver to the supplier itself, each with its own suppliers beneath; in the order given."""
    nodes = {link.pk: Node(link) for link in links}
    top: list[Node] = []
    for node in nodes.values():
        parent = nodes.get(node.link.parent_id or 0)
        (parent.children if parent else top).append(node)
    return top


def chains_of(user: User, contracts: Iterable[Contract]) -> list[Chain]:
    """The trees of contracts that the user may see, in one query."""
    contracts = list(contracts)
    links = links_of(contracts)
    return [
        Chain(contract, tree_of(links.get(contract.pk, ())), can_change_contract(user, contract))
        for contract in contracts
    ]


def contract_section(user: User, contract: Contract) -> tuple[str, dict[str, Any]] | None:
    """The chain on the contract's own page."""
    (chain,) = chains_of(user, [contract])
    return "codeofconduct/_contract_chain.html", {"chain": chain}
