"""The demo's questionnaire, in our own words: a self-assessment in force, and the draft of the next. Told once."""

from dataclasses import replace
from datetime import date

from codeofconduct.actions.questionnaires import replace_content, start_questionnaire
from codeofconduct.actions.versions import adopt_version, revise_draft, start_next_version
from codeofconduct.models import ClauseVersion, Questionnaire, QuestionnaireVersion
from codeofconduct.questionnaire_logic import ChoiceText, Content, QuestionText, SectionText
from portal.history.models import SystemActor

TITLE = ("Självskattning av tillbörlig aktsamhet", "Self-assessment of due diligence")
SOURCE = "Exempel i demonstrationen"

GOVERNANCE = SectionText(
    "Styrning och ansvar",
    "Governance and responsibilities",
    "Frågorna gäller ert eget företag: vad ni har bestämt, och vem som ansvarar för det.",
    "The questions are about your own company: what you have decided, and who is responsible for it.",
    (
        QuestionText(
            "policy",
            "yes_no",
            "Har ledningen antagit en policy som omfattar mänskliga rättigheter, arbetares rättigheter, miljö och affärsetik?",
            "Has the management adopted a policy on human rights, workers' rights, the environment and business ethics?",
            requirement=1,
            weight=3,
        ),
        QuestionText(
            "policy-file",
            "file",
            "Bifoga policyn.",
            "Attach the policy.",
            "Den senast antagna, helst som pdf.",
            "The one adopted last, preferably as a PDF.",
            requirement=1,
            depends_on="policy",
            depends_on_value="yes",
        ),
        QuestionText(
            "responsible",
            "text",
            "Vilken funktion ansvarar för arbetet, och hur ofta rapporterar den till ledningen?",
            "Which function is responsible for the work, and how often does it report to the management?",
            "Skriv funktionen, inte personens namn.",
            "Write the function, not the person's name.",
            requirement=1,
        ),
    ),
)
RISKS = SectionText(
    "Risker i leveranskedjan",
    "Risks in the supply chain",
    "Svara för de varor som omfattas av regionernas avtal.",
    "Answer for the goods that the regions' contracts cover.",
    (
        QuestionText(
            "mapping",
            "choice",
            "Hur långt har ni kartlagt leveranskedjan?",
            "How far have you mapped the supply chain?",
            requirement=2,
            weight=3,
            choices=(
                ChoiceText("none", "Inte alls", "Not at all"),
                ChoiceText("first", "Till sluttillverkningen", "As far as the final manufacture"),
                ChoiceText("processing", "Till bearbetningen", "As far as the processing"),
                ChoiceText("raw", "Ända till råvaran", "All the way to the raw material"),
            ),
        ),
        QuestionText(
            "why-unmapped",
            "text",
            "Vad har hindrat kartläggningen, och när är den gjord?",
            "What has stood in the way of the mapping, and when will it be done?",
            requirement=2,
            weight=0,
            depends_on="mapping",
            depends_on_value="none",
        ),
        QuestionText(
            "country",
            "country",
            "I vilket land tillverkas den största delen?",
            "In which country is the largest part made?",
            requirement=2,
        ),
        QuestionText(
            "suppliers",
            "number",
            "Hur många underleverantörer har ni bedömt som riskleverantörer?",
            "How many sub-suppliers have you assessed as risk suppliers?",
            requirement=2,
        ),
    ),
)
MEASURES = SectionText(
    "Åtgärder och uppföljning",
    "Measures and follow-up",
    "",
    "",
    (
        QuestionText(
            "purchasing",
            "yes_no",
            "Har ni ändrat något i hur ni köper in för att inte bidra till negativ påverkan?",
            "Have you changed anything in how you buy so as not to contribute to adverse impact?",
            "Till exempel priser, ledtider eller hur långa avtal ni tecknar.",
            "For example prices, lead times or the length of your contracts.",
            requirement=3,
            weight=2,
        ),
        QuestionText(
            "passed-on",
            "yes_no",
            "Har ni skriftligt fört kraven vidare till era underleverantörer?",
            "Have you passed the requirements on to your sub-suppliers in writing?",
            requirement=4,
            weight=2,
        ),
        QuestionText(
            "action-plans",
            "choice",
            "Hur följer ni upp de åtgärdsplaner som ni har kommit överens om?",
            "How do you follow up the action plans that you have agreed on?",
            requirement=5,
            weight=2,
            choices=(
                ChoiceText("none", "Vi har inga åtgärdsplaner", "We have no action plans"),
                ChoiceText("documents", "Genom handlingar från leverantören", "By documents from the supplier"),
                ChoiceText("visits", "Genom besök eller revisioner", "By visits or audits"),
            ),
        ),
    ),
)
REMEDY = SectionText(
    "Klagomål och gottgörelse",
    "Complaints and remedy",
    "",
    "",
    (
        QuestionText(
            "complaints",
            "yes_no",
            "Kan arbetare i leveranskedjan klaga utan risk för repressalier?",
            "Can workers in the supply chain complain without risk of reprisals?",
            requirement=6,
            weight=3,
        ),
        QuestionText(
            "remedy",
            "text",
            "Beskriv den senaste gången ni gottgjorde någon som hade skadats.",
            "Describe the last time that you made good for someone who had been harmed.",
            "Skriv ”har inte inträffat” om det inte har hänt.",
            "Write “has not happened” if it has not.",
            requirement=7,
            weight=2,
        ),
    ),
)
CONTENT: Content = (GOVERNANCE, RISKS, MEASURES, REMEDY)


def tell(*, by: SystemActor) -> None:
    """A version that is in force, and the draft of the next with what the answers to the first have taught."""
    if Questionnaire.objects.filter(title_sv=TITLE[0]).exists():
        return
    first = start_questionnaire(
        by=by,
        title_sv=TITLE[0],
        title_en=TITLE[1],
        name="2024",
        valid_from=date(2024, 1, 1),
        clause_version=ClauseVersion.objects.get(name="2023"),
        source=SOURCE,
    )
    replace_content(by=by, version=first, content=CONTENT)
    first.refresh_from_db()
    adopted = adopt_version(by=by, version=first, seen=first.version, valid_from=date(2024, 1, 1))
    draft = start_next_version(by=by, version=adopted, name="2027", valid_from=date(2027, 1, 1))
    replace_content(by=by, version=draft, content=_next())
    draft = QuestionnaireVersion.objects.get(pk=draft.pk)
    revise_draft(
        by=by,
        version=draft,
        seen=draft.version,
        source=SOURCE,
        change_note="Frågan om klagomål får en följdfråga, och kartläggningen väger tyngre.",
    )


def _next() -> Content:
    mapping, *others = RISKS.questions
    complaints, remedy = REMEDY.questions
    channel = QuestionText(
        "complaints-channel",
        "text",
        "Vilka vägar finns, och hur många klagomål kom det senaste året?",
        requirement=6,
        depends_on="complaints",
        depends_on_value="yes",
    )
    return (
        GOVERNANCE,
        replace(RISKS, questions=(replace(mapping, weight=4), *others)),
        MEASURES,
        replace(REMEDY, questions=(complaints, channel, remedy)),
    )
