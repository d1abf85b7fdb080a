"""The supplier's receipt: what was handed in, when, by whom, with the claims of business secrets (PDF/UA-1, PDF/A-3a)."""

from typing import Any

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from codeofconduct.models import Question
from followups.models import Answer, SelfAssessment
from followups.queries.assessments import said
from portal.documents import render_pdf


def receipt_context(assessment: SelfAssessment) -> dict[str, Any]:
    """All of a submitted self-assessment, section by section; texts in the language in use. Six queries."""
    answers = (
        Answer.objects.filter(self_assessment=assessment)
        .select_related("question__section", "question__requirement")
        .prefetch_related("question__choices", "files__file")
        .order_by("question__section__number", "question__number")
    )
    sections: list[dict[str, Any]] = []
    for answer in answers:
        section = answer.question.section
        if not sections or sections[-1]["section"].pk != section.pk:
            sections.append({"section": section, "rows": []})
        sections[-1]["rows"].append(
            {"question": answer.question, "answer": answer, "said": _said(answer.question, answer)}
        )
    return {
        "assessment": assessment,
        "supplier": assessment.follow_up.supplier,
        "sections": sections,
        "n_answers": len(answers),
        "n_files": sum(len(answer.files.all()) for answer in answers),
    }


def _said(question: Question, answer: Answer) -> str:
    return said(question, answer.value)


def render_receipt(assessment: SelfAssessment, *, language: str) -> bytes:
    """The receipt. Takes seconds, more with many answers."""
    with translation.override(language):
        return render_pdf("followups/documents/receipt.html", receipt_context(assessment), language=language)


def receipt_name(assessment: SelfAssessment, language: str) -> str:
    """The file name under which it is saved."""
    with translation.override(language):
        names = {"supplier": slugify(str(assessment.follow_up.supplier)), "number": assessment.number}
        return _("receipt-%(supplier)s-%(number)s.pdf") % names
