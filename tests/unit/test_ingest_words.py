"""Texts of strangers become plain."""

import re

import pytest
from hypothesis import given, settings, strategies as st

from hubfinder.ingest.errors import RowRefused
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import paragraphs, plain, sentence

PIECES = st.sampled_from(
    ["<", ">", "</", "<b>", "</b>", "<br/>", "<script>", "</script>", "&lt;", "&gt;", "&amp;", "<!--", "-->"]
)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Mums &amp; dads", "Mums & dads"),
        ("AT&T; fish & chips", "AT&T; fish & chips"),
        ("under 5s < 60 months > babies <3", "under 5s < 60 months > babies <3"),
        ("<p>One</p><p>Two</p>", "One\nTwo\n"),
        ("One<br>Two", "One\nTwo"),
        ("<a href='x' onclick=\"y\">Link</a>", "Link"),
        ("a<script>bad()</script>b<style>bad</style>c<!-- bad -->d", "abcd"),
        ("&lt;b&gt;bold&lt;/b&gt;", "bold"),
        ("<<b>script>x", "x"),
        ("£2 – “café” 🙂 اردو", "£2 – “café” 🙂 اردو"),
        ("tab\tand\r\nline", "tab\tand\r\nline"),
    ],
)
def test_markup_goes_and_words_stay(text: str, clean: str) -> None:
    assert plain("description", text) == clean


@pytest.mark.parametrize("letter", ["\0", "\x07", "\x1b", "\x1e", "\x1f", "\x7f", "\x85", "\u202e", "\u2066"])
def test_control_characters_are_refused(letter: str) -> None:
    with pytest.raises(RowRefused, match=rf"U\+{ord(letter):04X}"):
        plain("description", f"a{letter}b")


def test_a_written_control_character_is_one_too() -> None:
    with pytest.raises(RowRefused):
        plain("description", "a&#x202e;b")


def test_tags_in_tags_without_end_are_refused() -> None:
    with pytest.raises(RowRefused, match="tags inside tags"):
        plain("description", "<" * 100 + "b>" * 100)


def test_paragraphs_keep_their_lines_and_a_sentence_is_one_line() -> None:
    row = Row(2, {"text": "  One   two \r\n\r\n\r\n\r\nthree\u00a0four  "})
    assert paragraphs(row, "text") == "One two\n\nthree four"
    assert sentence(row, "text") == "One two three four"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(alphabet="ab <>/&;!-", max_size=6)), max_size=12).map("".join))
def test_no_whole_tag_is_ever_left(text: str) -> None:
    clean = plain("description", text)
    assert not re.search(r"</?[a-zA-Z][^<>]*>", clean)
