"""Two texts side by side: nothing of either is lost, and what is the same is not marked."""

from hypothesis import given, strategies as st

from hubfinder.display.marking import LONGEST, mark


@given(st.text(), st.text())
def test_both_texts_are_there_in_full(before: str, after: str) -> None:
    marked = mark(before, after)
    assert "".join(piece.text for piece in marked.before) == before
    assert "".join(piece.text for piece in marked.after) == after


@given(st.text())
def test_what_is_the_same_is_not_marked(text: str) -> None:
    marked = mark(text, text)
    assert not any(piece.is_marked for piece in (*marked.before, *marked.after))


def test_words_that_went_and_came_are_marked_in_one_stretch() -> None:
    marked = mark("Play with your baby.", "Play and sing with us.")
    assert [piece.text for piece in marked.before if piece.is_marked] == ["your baby."]
    assert [piece.text for piece in marked.after if piece.is_marked] == ["and sing ", "us."]


def test_long_texts_are_compared_line_by_line() -> None:
    before = "\n".join("word " * 10 for _ in range(LONGEST // 5))
    marked = mark(before, before + "\nnew")
    assert marked.after[-1].text.endswith("new")
    assert marked.after[-1].is_marked
