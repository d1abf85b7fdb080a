from datetime import date

import pytest
from django import forms
from django.http import QueryDict
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.history.models import Actor, SystemActor, actor_of
from portal.ui.forms import UNSTORABLE, DateField, KronorField, PortalForm, VersionMixin, parse_day
from portal.ui.templatetags.ui import error_items


class Sample(VersionMixin, PortalForm):
    heading = forms.CharField(label="Heading")
    text = forms.CharField(widget=forms.Textarea, required=False)
    number = forms.IntegerField(required=False)
    day = DateField(required=False)
    amount = KronorField(required=False)
    choice = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect, required=False)


def sample(**data) -> Sample:
    return Sample({"heading": "x", "version": "1", **data})


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b", "\udfff"])
@pytest.mark.parametrize("name", ["heading", "text", "number", "day", "amount", "choice"])
def test_characters_that_cannot_be_stored_are_one_sentence_at_the_field(name, bad):
    form = sample(**{name: bad})

    assert form.errors[name] == [str(UNSTORABLE)]
    str(form).encode()  # what was typed can be shown again
    assert list(form.errors) == [name]


def test_unstorable_characters_in_a_query_dict_keep_the_other_values():
    data = QueryDict(mutable=True)
    data.setlist("text", ["a\x00"])
    data.update({"heading": "kept", "version": "3"})

    form = Sample(data)

    assert set(form.errors) == {"text"}
    assert form["heading"].value() == "kept"
    assert form["text"].value() == "a\N{REPLACEMENT CHARACTER}"


def test_a_text_beyond_the_limit_is_refused_and_kept():
    form = sample(text="å" * 10_001, heading="b" * 501)

    assert set(form.errors) == {"text", "heading"}
    assert "å" * 10_001 in str(form)
    assert "maxlength" not in str(form)


def test_texts_lose_their_outer_spaces():
    form = sample(heading="  a b  ")

    assert form.is_valid()
    assert form.cleaned_data["heading"] == "a b"


@pytest.mark.parametrize("number", ["3.5", "x", "9" * 5000, "2147483648", "-2147483649", "1e5", "0x10"])
def test_a_number_that_is_none_or_does_not_fit_is_a_sentence(number):
    assert len(sample(number=number).errors["number"]) == 1


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5000, "1.5"])
def test_a_broken_version_says_to_load_the_page_again(version):
    with translation.override("en"):
        form = Sample({"heading": "x", "version": version})
        assert form.errors["version"] == ["The page was too old to save from. Load it again; copy your text first."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-02", date(2026, 12, 2)),
        ("20261202", date(2026, 12, 2)),
        ("2 december 2026", date(2026, 12, 2)),
        (" 2 DEC 2026 ", date(2026, 12, 2)),
        ("den 2 dec. 2026", date(2026, 12, 2)),
        ("2/12 2026", date(2026, 12, 2)),
        ("2.12.2026", date(2026, 12, 2)),
        ("1 maj 2026", date(2026, 5, 1)),
        ("1 May 2026", date(2026, 5, 1)),
        ("1 mar 2026", date(2026, 3, 1)),
        ("1\N{NO-BREAK SPACE}juli\N{NO-BREAK SPACE}2026", date(2026, 7, 1)),
        ("31 februari 2026", None),
        ("1 ju 2026", None),
        ("i övermorgon", None),
        ("02-12-2026", None),
        ("0000-01-01", None),
        ("٢ december 2026", None),
    ],
)
def test_dates_are_read_as_people_write_them(text, expected):
    assert parse_day(text) == expected


def test_a_text_that_is_no_date_stays_in_its_field():
    form = sample(day="i övermorgon")

    assert set(form.errors) == {"day"}
    assert 'type="text" name="day" value="i övermorgon"' in str(form["day"])
    assert 'type="date" name="day" value="2026-12-02"' in str(sample(day="2026-12-02")["day"])


@pytest.mark.parametrize(
    ("text", "ore"),
    [
        ("131 418", 13_141_800),
        ("131\N{NO-BREAK SPACE}418 kr", 13_141_800),
        ("1,00", 100),
        ("1.5", 150),
        ("0", 0),
        ("", None),
        ("SEK 12", 1200),
    ],
)
def test_kronor_become_ore(text, ore):
    form = sample(amount=text)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == ore


@pytest.mark.parametrize("text", ["-1", "−1", "1,005", "1e9", "kr", "1 234,5,6", "9" * 39, "NaN", "Infinity", "٣"])
def test_an_amount_that_is_none_is_a_sentence_and_kept(text):
    form = sample(amount=text)

    assert len(form.errors["amount"]) == 1
    assert form["amount"].value() == text


def test_ore_are_shown_as_kronor():
    shown = {ore: Sample(initial={"amount": ore})["amount"].value() for ore in (100, 150, 13_141_800)}
    drawn = [str(Sample(initial={"amount": ore})["amount"]) for ore in shown]
    assert ['value="1"' in drawn[0], 'value="1,50"' in drawn[1], 'value="131418"' in drawn[2]] == [True, True, True]


@given(st.dictionaries(st.sampled_from(list(Sample.base_fields)), st.text(alphabet=st.characters(), max_size=60)))
def test_no_text_whatsoever_breaks_a_form(data):
    form = Sample(data)
    form.is_valid()
    str(form).encode()
    for _href, label, message in error_items(form):
        (label + message).encode()


@pytest.mark.parametrize(("label", "shown"), [("What did you find?", "What did you find?"), ("Heading", "Heading:")])
def test_a_question_takes_no_colon_before_its_error(label, shown):
    form = Sample({"heading": "", "version": "1", "choice": "a"})
    form.fields["heading"].label = label
    assert error_items(form)[0][1] == shown


def test_a_field_is_wired_for_those_who_listen():
    form = Sample({"heading": "", "version": "1", "choice": "z"}, auto_id="id_%s")
    html = str(form)

    assert '<label class="field-label" for="id_heading">' in html
    assert 'aria-invalid="true" aria-describedby="id_heading_error"' in html
    assert 'id="id_heading_error"' in html
    assert '<fieldset aria-describedby="id_choice_error">' in html
    assert [href for href, _label, _message in error_items(form)] == ["#id_heading", "#id_choice_0"]
    assert 'id="id_choice_0"' in html


class Choosing(PortalForm):
    colour = forms.ChoiceField(required=False)
    actor = forms.ModelChoiceField(Actor.objects.none(), required=False)
    text = forms.CharField(required=False)


@pytest.mark.django_db
def test_what_is_offered_can_be_chosen():
    actor = actor_of(SystemActor("ui-test"))
    form = Choosing({"colour": "red", "actor": actor.pk})
    form.offer("colour", [("red", "Red")])
    form.offer("actor", Actor.objects.filter(pk=actor.pk))
    assert form.is_valid()
    assert (form.cleaned_data["colour"], form.cleaned_data["actor"]) == ("red", actor)


@pytest.mark.parametrize(
    ("name", "offered"), [("text", [("a", "A")]), ("actor", [("a", "A")]), ("colour", Actor.objects.all())]
)
def test_what_cannot_be_chosen_is_not_offered(name, offered):
    with pytest.raises(TypeError):
        Choosing().offer(name, offered)


def test_what_only_a_draft_may_lack_is_not_called_optional():
    class Draft(PortalForm):
        needed = frozenset({"text"})
        text = forms.CharField(required=False)
        choice = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect, required=False)

    with translation.override("en"):
        of_text, of_choice = str(Draft()).split("<fieldset")
    assert ["(optional)" in of_text, "(optional)" in of_choice] == [False, True]
