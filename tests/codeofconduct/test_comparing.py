import time

from hypothesis import given
from hypothesis import strategies as st

from codeofconduct.comparing import Chapter, Part, compared, marked_lines, matched


def part(title, number=1, text="", key=None):
    return Part(key if key is not None else title.casefold(), number, title, {"Text": text})


def states(old, new):
    (chapter,) = compared([Chapter("Avsnitt", old)], [Chapter("Avsnitt", new)])
    return [((pair.new or pair.old).title, pair.state) for pair in chapter.pairs]


def test_parts_are_the_same_changed_new_or_taken_out():
    old = [part("Miljö", 1, "ett"), part("Etik", 2, "två"), part("Borta", 3, "helt andra ord")]
    new = [part("Miljö", 1, "ett"), part("Etik", 2, "två och tre"), part("Nytt avsnitt", 3, "något annat här")]
    assert states(old, new) == [
        ("Miljö", "same"),
        ("Etik", "changed"),
        ("Nytt avsnitt", "added"),
        ("Borta", "removed"),
    ]


def test_a_part_is_known_by_its_name_wherever_it_stands():
    old, new = [part("A", 1, "x"), part("B", 2, "y")], [part("B", 1, "y"), part("A", 2, "x")]
    assert sorted(states(old, new)) in ([("A", "moved"), ("B", "same")], [("A", "same"), ("B", "moved")])


def test_a_part_with_another_name_is_known_by_its_number_and_words():
    old = [part("Riskanalys", 1, "Leverantören ska analysera sina risker")]
    new = [part("Analys av risker", 1, "Leverantören ska analysera sina risker varje år")]
    assert states(old, new) == [("Analys av risker", "changed")]


def test_what_was_taken_out_stands_where_it_stood():
    old = [part("A", 1), part("B", 2), part("C", 3)]
    assert states(old, [part("A", 1), part("C", 2)]) == [("A", "same"), ("B", "removed"), ("C", "same")]


def test_the_words_that_differ_are_marked():
    assert marked_lines("två veckor\nsamma", "tre veckor\nsamma") == (
        [("två ", True), ("veckor\nsamma", False)],
        [("tre ", True), ("veckor\nsamma", False)],
    )


def test_all_of_a_new_text_is_new():
    assert marked_lines("", "ny text") == ([], [("ny text", True)])
    assert marked_lines("", "") == ([], [])


@given(st.text(alphabet="ab \n", max_size=60), st.text(alphabet="ab \n", max_size=60))
def test_no_word_is_lost(old, new):
    ours, theirs = marked_lines(old, new)
    assert ("".join(text for text, _differs in ours), "".join(text for text, _differs in theirs)) == (old, new)
    if old == new and old:
        assert not any(differs for _text, differs in ours)


@given(st.lists(st.sampled_from("abc"), max_size=5), st.lists(st.sampled_from("abc"), max_size=5))
def test_no_part_is_lost(old, new):
    before = [part(name, number) for number, name in enumerate(old, start=1)]
    after = [part(name, number) for number, name in enumerate(new, start=1)]
    both = matched(before, after)
    assert [new for _old, new in both if new] == after
    assert sorted((old.number for old, _new in both if old)) == [each.number for each in before]


def test_long_texts_are_compared_quickly():
    old = "\n".join(f"rad {number} med några ord" for number in range(1500))
    started = time.process_time()
    marked_lines(old, old.replace("rad 7", "mening 7"))
    assert time.process_time() - started < 10


def test_two_that_share_nothing_but_their_number_are_not_the_same():
    old, new = [part("6. Avvikelsehantering", 6)], [part("6. Klagomålsmekanism", 6)]
    assert states(old, new) == [("6. Klagomålsmekanism", "added"), ("6. Avvikelsehantering", "removed")]


def test_what_makes_room_for_a_new_part_has_not_moved():
    assert states([part("A", 1), part("B", 2)], [part("A", 1), part("Ny", 2), part("B", 3)]) == [
        ("A", "same"),
        ("Ny", "added"),
        ("B", "same"),
    ]


def test_a_text_too_long_for_words_is_changed_all_the_same():
    old, new = "ord " * 2000, "annat " * 2000
    assert states([part("A", 1, old)], [part("A", 1, new)]) == [("A", "changed")]
    assert marked_lines(old, new) == ([(old, True)], [(new, True)])
