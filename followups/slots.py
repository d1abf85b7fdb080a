"""What this room puts on pages of lower and upper rooms: navigation, start page, supplier page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from codeofconduct.models import Contract, PurchaseCategory, Supplier
from followups.enums.follow_ups import Attention
from followups.models import SevereReport
from followups.permissions import can_issue_reporter_link, can_open_follow_up, can_see_follow_ups
from followups.queries.follow_ups import needing_attention, of_category, of_contract, of_supplier, oldest_due, ongoing
from followups.queries.severe import reporter_links_of, reports_of_contract
from portal.slots import NavItem, Tile
from portal.ui.templatetags.formats import day, days_left
from regions.models import User
from regions.permissions import is_staff

ON_START_PAGE = 8
ON_CATEGORY_PAGE = 8
ON_CONTRACT_PAGE = 8
NAV_ITEM = NavItem(_("Follow-ups"), "followups:follow-up-list", can_see_follow_ups)
PUBLIC_PAGE = NavItem(_("Read the published results, without logging in"), "published:result-start")


def _list_url(kind: Attention) -> str:
    return f"{reverse('followups:follow-up-list')}?attention={kind.value}"


def attention_tiles(user: User) -> list[Tile]:
    """Severe reports that no one has taken up, late actions, messages that did not arrive, what the supplier or an
    auditor sent, what the secretariat recommends (for regions), follow-ups without a handler (for staff), actions due
    soon, results newly shared by others."""
    kinds = (_severe, _late, _undelivered, _to_answer, _to_review, _to_decide, _unassigned, _soon, _shared)
    return [tile for kind in kinds if (tile := kind(user))]


def _severe(user: User) -> Tile | None:
    count = SevereReport.objects.visible_to(user).waiting().count()
    if not count:
        return None
    text = ngettext("report of a severe deviation waits for you", "reports of severe deviations wait for you", count)
    return Tile(count, text, reverse("followups:severe-list"), late=True)


def _to_answer(user: User) -> Tile | None:
    count = needing_attention(user, Attention.TO_ANSWER).count()
    if not count:
        return None
    text = ngettext("follow-up has a plan or delivery to answer", "follow-ups have a plan or delivery to answer", count)
    return Tile(count, text, _list_url(Attention.TO_ANSWER))


def _to_review(user: User) -> Tile | None:
    count = needing_attention(user, Attention.TO_REVIEW).count()
    if not count:
        return None
    text = ngettext(
        "follow-up has a self-assessment or audit to review",
        "follow-ups have a self-assessment or audit to review",
        count,
    )
    return Tile(count, text, _list_url(Attention.TO_REVIEW))


def _to_decide(user: User) -> Tile | None:
    count = needing_attention(user, Attention.TO_DECIDE).count()
    if not count:
        return None
    text = ngettext(
        "follow-up waits for your region's answer to a recommendation",
        "follow-ups wait for your region's answer to a recommendation",
        count,
    )
    return Tile(count, text, _list_url(Attention.TO_DECIDE))


def _late(user: User) -> Tile | None:
    found = needing_attention(user, Attention.LATE)
    count = found.count()
    if not count:
        return None
    oldest = oldest_due(found)
    text = ngettext("follow-up has late actions", "follow-ups have late actions", count)
    note = f"{oldest.finding.follow_up.supplier} · {days_left(oldest.next_due)}" if oldest else ""
    return Tile(count, text, _list_url(Attention.LATE), note, late=True)


def _soon(user: User) -> Tile | None:
    found = needing_attention(user, Attention.SOON)
    count = found.count()
    if not count:
        return None
    text = ngettext("follow-up has actions due within 14 days", "follow-ups have actions due within 14 days", count)
    return Tile(count, text, _list_url(Attention.SOON))


def _undelivered(user: User) -> Tile | None:
    count = needing_attention(user, Attention.UNDELIVERED).count()
    if not count:
        return None
    text = ngettext("follow-up has messages that did not arrive", "follow-ups have messages that did not arrive", count)
    return Tile(count, text, _list_url(Attention.UNDELIVERED), late=True)


def _unassigned(user: User) -> Tile | None:
    count = needing_attention(user, Attention.UNASSIGNED).count() if is_staff(user) else 0
    if not count:
        return None
    text = ngettext("follow-up has no case handler", "follow-ups have no case handler", count)
    return Tile(count, text, _list_url(Attention.UNASSIGNED))


def _shared(user: User) -> Tile | None:
    found = needing_attention(user, Attention.NEW_SHARED)
    count = found.count()
    if not count:
        return None
    latest = found.order_by("-shared_at").select_related("supplier").first()
    text = ngettext("follow-up is newly shared by others", "follow-ups are newly shared by others", count)
    note = f"{latest.supplier} · {day(latest.shared_at)}" if latest else ""
    return Tile(count, text, _list_url(Attention.NEW_SHARED), note)


def start_section(user: User) -> tuple[str, dict[str, Any]] | None:
    """The user's own follow-ups that are under way, and the way to open another."""
    rows = ongoing(user, ON_START_PAGE)
    may_open = can_open_follow_up(user)
    if not rows and not may_open:
        return None
    return "followups/_start_section.html", {"rows": rows, "may_open": may_open}


def supplier_section(user: User, supplier: Supplier) -> tuple[str, dict[str, Any]] | None:
    """The supplier's follow-ups, as far as the user may see them."""
    return "followups/_supplier_section.html", {
        "rows": of_supplier(user, supplier),
        "supplier": supplier,
        "may_open": can_open_follow_up(user),
    }


def contract_section(user: User, contract: Contract) -> tuple[str, dict[str, Any]] | None:
    """The follow-ups that the contract takes part in, as far as the user may see them."""
    return "followups/_contract_section.html", {"rows": of_contract(user, contract)}


def contract_severe_section(user: User, contract: Contract) -> tuple[str, dict[str, Any]] | None:
    """Who at the supplier can report severe deviations under the contract, and what was reported: for its readers."""
    may_issue = can_issue_reporter_link(user, contract)
    reports = list(reports_of_contract(user, contract)[: ON_CONTRACT_PAGE + 1])
    if not may_issue and not reports:
        return None
    return "followups/_contract_severe_section.html", {
        "contract": contract,
        "reports": reports[:ON_CONTRACT_PAGE],
        "has_more": len(reports) > ON_CONTRACT_PAGE,
        "links": list(reporter_links_of(contract)) if may_issue else [],
        "may_issue": may_issue,
    }


def category_section(user: User, category: PurchaseCategory) -> tuple[str, dict[str, Any]] | None:
    """The latest follow-ups in the category, as far as the user may see them."""
    rows = of_category(user, category, ON_CATEGORY_PAGE + 1)
    return "followups/_category_section.html", {
        "rows": rows[:ON_CATEGORY_PAGE],
        "has_more": len(rows) > ON_CATEGORY_PAGE,
        "category": category,
    }
