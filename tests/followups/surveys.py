"""A survey tool's workbook to test with, and what is said of its columns."""

from datetime import date

from django.db import transaction

from codeofconduct.enums import QuestionKind
from codeofconduct.models import PurchaseCategory
from codeofconduct.questionnaire_logic import QuestionText
from followups.resources.surveys import SurveyResource
from portal.exchange.engine.importing import take_file
from tests.exchange.bringing import SYSTEM
from tests.exchange.files import xlsx_file

MORE = QuestionText("more", QuestionKind.TEXT.value, "Vill ni tillägga något?", "Anything to add?", is_required=False)
HEADINGS = [
    "Respondent-ID",
    "E-post",
    "Org.nr",
    "Inskickad",
    "  HAR NI en\n policy ?",
    "How far have you mapped the chain?",
    "2.2 Var tillverkas varan?",
    "Hur många underleverantörer?",
    "Kommentar",
    "Kommentar",
    "Övrigt från er",
]
NORRMED = [1, "a@b.example", "559999-9017", date(2024, 3, 1), "Ja", "Hela  kedjan", "Sverige", 12.5, "x", "y", 2024]
SYDVARD = [2, "c@d.example", 5560360793, "2024-03-02 14:05", "nej", "first", "Norway", "3,5", None, None, "Tack"]
COLUMNS = {
    "Org.nr": "supplier",
    "Inskickad": "carried_out_on",
    "HAR NI en policy ?": "answer-policy",
    "How far have you mapped the chain?": "answer-mapping",
    "2.2 Var tillverkas varan?": "answer-country",
    "Hur många underleverantörer?": "answer-number",
    "Övrigt från er": "answer-more",
    "Respondent-ID": "",
    "E-post": "",
}


def workbook(folder, *rows, name="enkät.xlsx"):
    """As the survey tool writes it, with a title above the headings."""
    return xlsx_file(folder, ["Leverantörsenkät 2024"], [], HEADINGS, *rows, name=name)


def told(version, columns=COLUMNS, **more):
    """What the page keeps of the columns."""
    facts = {"category": PurchaseCategory.objects.get().public_id, "lead_region": "23", "light": "yellow"}
    return {"version": version.public_id, "columns": columns, "facts": facts, "skips_first": False} | more


def bring_in(path, mapping, by=SYSTEM):
    with transaction.atomic():
        outcome = take_file(SurveyResource(by=by, **mapping), path, path.name, writes=True)
        transaction.set_rollback(not outcome.is_fit)
    return outcome


def answers_of(assessment):
    return dict(assessment.answers.values_list("question__key", "value"))
