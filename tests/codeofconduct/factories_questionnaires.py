"""Questionnaires to test with."""

from datetime import date

from codeofconduct.actions.questionnaires import replace_content, start_questionnaire
from codeofconduct.enums import QuestionKind
from codeofconduct.models import QuestionnaireVersion
from codeofconduct.questionnaire_logic import ChoiceText, Content, QuestionText, SectionText
from portal.history.models import SystemActor
from tests.factories import ClauseVersionFactory

BY = SystemActor("test")
CONTENT: Content = (
    SectionText(
        "Styrning",
        "Governance",
        "Om er policy.",
        "About your policy.",
        (
            QuestionText(
                "policy",
                QuestionKind.YES_NO.value,
                "Har ni en policy?",
                "Do you have a policy?",
                requirement=1,
                weight=3,
            ),
            QuestionText(
                "policy-file",
                QuestionKind.FILE.value,
                "Bifoga policyn.",
                "Attach the policy.",
                help_sv="Som pdf.",
                help_en="As a PDF.",
                requirement=1,
                is_required=False,
                depends_on="policy",
                depends_on_value="yes",
            ),
        ),
    ),
    SectionText(
        "Leveranskedja",
        "Supply chain",
        questions=(
            QuestionText(
                "mapping",
                QuestionKind.CHOICE.value,
                "Hur långt har ni kartlagt kedjan?",
                "How far have you mapped the chain?",
                requirement=2,
                weight=2,
                choices=(
                    ChoiceText("none", "Inte alls; vi har inte börjat", "Not at all; we have not begun"),
                    ChoiceText("first", "Första ledet | delvis", "The first tier | in part"),
                    ChoiceText("all", "Hela kedjan", "The whole chain"),
                ),
            ),
            QuestionText(
                "country",
                QuestionKind.COUNTRY.value,
                "Var tillverkas varan?",
                "Where is the product made?",
                requirement=2,
                depends_on="mapping",
                depends_on_value="all",
            ),
            QuestionText(
                "number", QuestionKind.NUMBER.value, "Hur många underleverantörer?", "How many sub-suppliers?"
            ),
        ),
    ),
)


def filled(version: QuestionnaireVersion, content: Content = CONTENT) -> QuestionnaireVersion:
    """The draft with a content."""
    replace_content(by=BY, version=version, content=content)
    return version


def new_draft(content: Content = CONTENT, *, title: str = "Självskattning", name: str = "2025") -> QuestionnaireVersion:
    """The first draft of a line, whose clause has three requirements."""
    draft = start_questionnaire(
        by=BY,
        title_sv=title,
        title_en="Self-assessment",
        name=name,
        valid_from=date(2025, 1, 1),
        clause_version=ClauseVersionFactory(),
    )
    filled(draft, content)
    draft.refresh_from_db()
    return draft
