"""A first text of a summary, put together from the case: people write on from there."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followups.enums.summaries import Method
from followups.masking import masked
from followups.models import Finding, FollowUp
from followups.queries.hidden import hidden_names
from followups.queries.summaries import facts_of
from portal.ui.templatetags.formats import day

# What more a draft tells, as paragraphs or a list in the language in use, "" for nothing; each part adds its own.
PARTS: list[Callable[[FollowUp], str]] = []


def draft_of(follow_up: FollowUp, language: str) -> str:
    """The text in the language, with its little Markdown. Findings are told in the language they were written in alone,
    with names masked; in English by their requirement."""
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
    yield ngettext(
        "%(count)d deviation was found, %(severe)d of them severe.",
        "%(count)d deviations were found, %(severe)d of them severe.",
        count,
    ) % {"count": count, "severe": facts["severe_deviations"]}
    unresolved = set(Finding.objects.unresolved().filter(follow_up=follow_up).values_list("pk", flat=True))
    names, own = hidden_names(follow_up), (follow_up.supplier.name,)
    lines = []
    for finding in Finding.objects.submitted().filter(follow_up=follow_up).select_related("requirement", "severity"):
        state = _("being handled") if finding.pk in unresolved else _("remedied")
        text = " ".join(masked(finding.text, names, allowed=own).split()) if language == "sv" else ""
        lines.append(f"- **{finding.requirement.title}** ({finding.severity}, {state}){f': {text}' if text else ''}")
    yield "\n".join(lines)


def _actions(facts: dict[str, Any]) -> str:
    if not facts["actions"]:
        return (
            _("No corrective actions were needed.")
            if not facts["deviations"]
            else _("No corrective actions are planned.")
        )
    return _("%(done)d of %(all)d corrective actions are done.") % {
        "done": facts["done_actions"],
        "all": facts["actions"],
    }
