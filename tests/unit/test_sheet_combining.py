"""Many files in one: pages, structure, links within, notes, bookmarks and languages stay what they were."""

from pathlib import Path
from typing import Any

import pikepdf
import pytest
import typst
from pdfua import validate

from hubfinder.sheets.combining import Part, combine
from hubfinder.sheets.fonts import FOLDER
from hubfinder.sheets.pdf_stream import moved

SOURCE = """
#set document(title: "Sheet {0}", author: "Harbourmouth Council")
#set text(lang: "{1}", font: "Noto Sans")
= Sheet {0}
#link("https://help.example.org/{0}")[A page (of 1 0 R) and \\\\ more]
#link(<end>)[to the end] #footnote[A note]
#figure(rect(width: 2cm), alt: "A picture")
#pagebreak()
== The end <end>
"""


def part(folder: Path, number: int, language: str = "en") -> Part:
    """A tagged file of two pages, with a link within it and a note."""
    path, source = folder / f"{number}.pdf", folder / f"{number}.typ"
    source.write_text(SOURCE.replace("{0}", str(number)).replace("{1}", language), "utf-8")
    made = typst.compile(source, font_paths=[FOLDER], ignore_system_fonts=True, pdf_standards="ua-1")
    path.write_bytes(made)
    return Part(path, f"School {number} – żółć (اردو)")


def combined(parts: list[Part], out: Path) -> pikepdf.Pdf:
    pages = combine(parts, out, title="All & <some>", author="Harbourmouth Council", language="en")
    pdf = pikepdf.open(out)
    assert not pdf.check_pdf_syntax()
    assert len(pdf.pages) == pages
    return pdf


def links(page: pikepdf.Page) -> list[Any]:
    return list(page.obj.get("/Annots", ()))


def test_every_link_within_a_file_leads_to_that_file(tmp_path: Path) -> None:
    with combined([part(tmp_path, 1), part(tmp_path, 2, "pl")], tmp_path / "all.pdf") as pdf:
        pairs = list(pdf.Root.Names.Dests.Names)
        targets = {str(name): target[0].objgen for name, target in zip(pairs[::2], pairs[1::2], strict=True)}
        assert list(targets) == sorted(targets)
        pages = [page.obj.objgen for page in pdf.pages]
        leads = [
            pages.index(targets[str(link.Dest)])
            for page in pdf.pages
            for link in links(page)
            if isinstance(link.get("/Dest"), pikepdf.String)
        ]
        assert leads == [1, 3]
        assert [str(link.A.URI) for page in pdf.pages for link in links(page) if "/A" in link] == [
            "https://help.example.org/1",
            "https://help.example.org/2",
        ]


def test_the_structure_is_one_tree_that_knows_its_pages(tmp_path: Path) -> None:
    parts = [part(tmp_path, number, language) for number, language in ((1, "en"), (2, "pl"), (3, "tr"))]
    out = tmp_path / "all.pdf"
    with combined(parts, out) as pdf:
        root = pdf.Root.StructTreeRoot
        (document,) = root.K
        assert [str(one.Lang) for one in document.K] == ["en", "pl", "tr"]
        pages = [page.obj.objgen for page in pdf.pages]
        for number, one in enumerate(document.K):
            assert _pages_of(one) <= set(pages[2 * number : 2 * number + 2])
        known = {int(number) for leaf in root.ParentTree.Kids for number in list(leaf.Nums)[::2]}
        asked = [int(page.obj.StructParents) for page in pdf.pages]
        asked += [int(link.StructParent) for page in pdf.pages for link in links(page)]
        assert set(asked) == known
        assert len(asked) == len(known), "no number twice"
        assert len(list(root.IDTree.Names)) == 2 * 3
    assert not [finding.message for finding in validate(str(out)).findings]


def test_it_says_what_it_is_and_has_a_bookmark_for_each(tmp_path: Path) -> None:
    with combined([part(tmp_path, 1), part(tmp_path, 2)], tmp_path / "all.pdf") as pdf:
        assert (str(pdf.docinfo.Title), str(pdf.Root.Lang)) == ("All & <some>", "en")
        with pdf.open_metadata() as described:
            assert described["dc:title"] == "All & <some>"
            assert described["pdfuaid:part"] == "1"
        with pdf.open_outline() as outline:
            assert [str(item.title) for item in outline.root] == [
                "School 1 – żółć (اردو)",
                "School 2 – żółć (اردو)",
            ]


def test_what_every_file_has_alike_is_there_once(tmp_path: Path) -> None:
    one = part(tmp_path, 1)
    with combined([one], tmp_path / "one.pdf"), combined([one] * 30, tmp_path / "all.pdf"):
        single, many = (tmp_path / "one.pdf").stat().st_size, (tmp_path / "all.pdf").stat().st_size
    assert many < 8 * single


def test_a_file_without_tags_can_be_among_them(tmp_path: Path) -> None:
    plain = pikepdf.new()
    plain.add_blank_page()
    plain.save(tmp_path / "plain.pdf")
    parts = [Part(tmp_path / "plain.pdf", "Plain"), part(tmp_path, 1)]
    with combined(parts, tmp_path / "all.pdf") as pdf:
        assert len(pdf.pages) == 3


def test_what_is_no_pdf_is_refused_and_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"not a PDF")
    (tmp_path / "all.pdf").write_bytes(b"old")
    with pytest.raises(pikepdf.PdfError):
        combine(
            [Part(tmp_path / "broken.pdf", "B")], tmp_path / "all.pdf", title="", author="", language="en"
        )
    assert (tmp_path / "all.pdf").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("text", "is_now"),
    [
        (b"[ 1 0 R 12 0 R ]", b"[ 101 0 R 112 0 R ]"),
        (b"<< /A (1 0 R) /B 1 0 R >>", b"<< /A (1 0 R) /B 101 0 R >>"),
        (b"(a \\( 1 0 R \\\\) 2 0 R", b"(a \\( 1 0 R \\\\) 102 0 R"),
        (b"<3120302052> 3 0 R", b"<3120302052> 103 0 R"),
        (b"<< /Rect [ 1 0 1 0 ] >>", b"<< /Rect [ 1 0 1 0 ] >>"),
    ],
)
def test_only_references_are_put_right(text: bytes, is_now: bytes) -> None:
    assert moved(text, lambda number, _: number + 100) == is_now


def _pages_of(element: Any) -> set[tuple[int, int]]:  # noqa: ANN401 - any object of a PDF
    """The pages that a structure element and those under it stand on."""
    found: set[tuple[int, int]] = set()
    if isinstance(element, pikepdf.Array):
        for one in element:
            found |= _pages_of(one)
    elif isinstance(element, pikepdf.Dictionary):
        found |= {element.Pg.objgen} if "/Pg" in element else set()
        found |= _pages_of(element.K) if "/K" in element else set()
    return found
