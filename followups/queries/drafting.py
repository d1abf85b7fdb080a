"""A first text of a summary, put together from the case: people write on from there."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followups.enums.summaries import Method
from followups.masking import masked
from followups.models import AuditJudgement, Finding, FollowUp
from followups.queries.hidden import hidden_names
from followups.queries.summaries import facts_of
from portal.ui.templatetags.formats import day


def judgements(follow_up: FollowUp) -> str:
    """How each requirement is met, by the latest audit that judged it and was handed in."""
    latest: dict[int, AuditJudgement] = {}
    handed_in = AuditJudgement.objects.filter(
        audit__follow_up=follow_up, audit__handed_in_at__isnull=False, audit__cancelled_at__isnull=True
    )
    for each in handed_in.select_related("requirement").order_by("audit__carried_out_on", "audit", "pk"):
        latest[each.requirement.number] = each
    if not latest:
        return ""
    lines = (f"- {each.requirement}: {each.get_judgement_display()}" for _number, each in sorted(latest.items()))
    return "\n\n".join((_heading(_("How the requirements are met")), "\n".join(lines)))


# What more a draft tells, in the language in use, "" for nothing; each part adds its own.
PARTS: list[Callable[[FollowUp], str]] = [judgements]


def draft_of(follow_up: FollowUp, language: str) -> str:
    """The text in the language, with its little Markdown.

    Findings are told in Swedish alone, with the supplier's reply beside them and names masked, and in English by their
    requirement; a severe one by its requirement in both, because what it says is for few.
    """
    with translation.override(language):
        facts = facts_of(follow_up)
        blocks = [
            _heading(_("What was followed up")),
            _what(follow_up, facts),
            _heading(_("What was found")),
            *_findings(follow_up, facts, language),
            *(part for read in PARTS if (part := read(follow_up))),
            _heading(_("What has been done")),
            _actions(facts),
        ]
    return "\n\n".join(blocks)


def _heading(text: str) -> str:
    return f"# {text}"


def _what(follow_up: FollowUp, facts: dict[str, Any]) -> str:
    methods = ", ".join(str(Method(key).label) for key in facts["methods"])
    names = {
        "supplier": facts["supplier_name"],
        "category": follow_up.category,
        "first": day(facts["followed_from_on"]),
        "last": day(facts["followed_until_on"]),
        "lead": follow_up.lead_region,
        "regions": ", ".join(region["name"] for region in facts["regions"]),
        "clause": facts["clause"],
    }
    sentences = [
        _("%(supplier)s was followed up in the purchase category %(category)s from %(first)s until %(last)s.") % names,
        _("%(lead)s carried out the follow-up. The contracts are those of: %(regions)s.") % names,
        _("It was made against the regions' contract clause, version %(clause)s.") % names,
    ]
    if methods:
        sentences.append(_("Method: %(methods)s.") % {"methods": methods})
    return " ".join(sentences)


def _findings(follow_up: FollowUp, facts: dict[str, Any], language: str) -> Iterator[str]:
    count = facts["deviations"]
    if not count:
        yield _("No deviations were found.")
        return
    yield _count(count, facts["severe_deviations"])
    unresolved = set(Finding.objects.unresolved().filter(follow_up=follow_up).values_list("pk", flat=True))
    names, own = hidden_names(follow_up), (follow_up.supplier.name,)
    lines = []
    found = Finding.objects.submitted().filter(follow_up=follow_up).select_related("requirement", "severity")
    for finding in found:
        state = _("remedied") if finding.pk not in unresolved else _("being handled")
        replies = finding.replies.all()[:1]  # the latest, which stands
        told = [finding.text, *(_("The supplier: %(reply)s") % {"reply": reply.text} for reply in replies)]
        is_told = language == "sv" and not finding.severity.is_severe
        text = " ".join(masked(" ".join(told), names, allowed=own).split()) if is_told else ""
        lines.append(f"- **{finding.requirement.title}** ({finding.severity}, {state}){f': {text}' if text else ''}")
    yield "\n".join(lines)


def _count(count: int, severe: int) -> str:
    if severe == count:
        text = ngettext("%(count)d severe deviation was found.", "%(count)d severe deviations were found.", count)
    elif severe:
        text = ngettext(
            "%(count)d deviations were found, %(severe)d of them severe.",
            "%(count)d deviations were found, %(severe)d of them severe.",
            severe,
        )
    else:
        text = ngettext(
            "%(count)d deviation was found, not severe.", "%(count)d deviations were found, none severe.", count
        )
    return text % {"count": count, "severe": severe}


def _actions(facts: dict[str, Any]) -> str:
    if not facts["actions"]:
        return (
            _("No corrective actions were needed.")
            if not facts["deviations"]
            else _("No corrective actions are planned.")
        )
    text = ngettext(
        "%(done)d of %(all)d corrective action is done.",
        "%(done)d of %(all)d corrective actions are done.",
        facts["actions"],
    )
    return text % {"done": facts["done_actions"], "all": facts["actions"]}
