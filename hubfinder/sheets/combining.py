"""Many sheets in one PDF for the print room. It stays tagged: the structure trees are joined into one."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Pdf, String

_STEP = 1_000
"""Structure elements know their parents by number; every file gets numbers of its own, in steps of this."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of those to be joined."""

    path: Path
    title: str
    """What its bookmark says."""


@dataclass(slots=True)
class _Joined:
    """What becomes of the parts' trees and names."""

    root: Object
    """The new structure tree."""
    kids: Array
    parents: list[Any]
    """Numbers and elements in turn, as a number tree has them."""
    ids: list[tuple[str, Object]]
    names: list[tuple[str, Object]]
    next_number: int = 0


def combine(parts: Sequence[Part], out: Path, *, title: str, author: str, language: str) -> int:
    """Join the files in their order, each under a bookmark; the number of pages.

    ``language`` is what the document is mainly in; each part keeps its own. There is at least one part.

    Raises:
        pikepdf.PdfError: a file is no PDF.
        OSError: a file cannot be read or written.
    """
    with Pdf.new() as whole, ExitStack() as opened:
        root = whole.make_indirect(Dictionary(Type=Name.StructTreeRoot, RoleMap=Dictionary()))
        joined = _Joined(root, whole.make_indirect(Array()), [], [], [])
        bookmarks = []
        for number, part in enumerate(parts):
            source = opened.enter_context(Pdf.open(part.path))
            first = len(whole.pages)
            _add(whole, source, joined, f"{number}.")
            bookmarks.append(OutlineItem(part.title, first))
        _finish(whole, joined)
        with whole.open_outline() as outline:
            outline.root.extend(bookmarks)
        _describe(whole, title, author, language)
        pages = len(whole.pages)
        new = out.with_name(f".{out.name}.new")
        whole.save(new, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    new.replace(out)
    return pages


def _add(whole: Pdf, source: Pdf, joined: _Joined, prefix: str) -> None:
    """Add the pages of a file, and its structure with numbers and names of its own."""
    first = len(whole.pages)
    whole.pages.extend(source.pages)
    tree = source.Root.get(Name.StructTreeRoot)
    if tree is None:
        return
    tree = whole.copy_foreign(tree)
    base = joined.next_number
    for page in list(whole.pages)[first:]:
        _renumber(page.obj, base)
        for annotation in page.obj.get(Name.Annots, Array()):
            _renumber(annotation, base)
            _rename_target(annotation, prefix)
        for drawing in page.obj.get(Name.Resources, Dictionary()).get(Name.XObject, Dictionary()).values():
            _renumber(drawing, base)
    for number, element in _numbers(tree.get(Name.ParentTree, Dictionary())):
        joined.parents += [base + number, element]
    joined.next_number = base + max(_STEP, int(tree.get(Name.ParentTreeNextKey, 0)))
    joined.ids += _own_ids(tree, prefix)
    joined.names += [(prefix + name, whole.copy_foreign(target)) for name, target in _targets(source)]
    joined.root.RoleMap.update(tree.get(Name.RoleMap, Dictionary()))
    _adopt(tree, joined, source.Root.get(Name.Lang))


def _adopt(tree: Object, joined: _Joined, language: Object | None) -> None:
    """Put the elements under the new tree; each says which language it is in."""
    kids = tree.get(Name.K, Array())
    for kid in kids if isinstance(kids, Array) else [kids]:
        kid.P = joined.root
        if language is not None and Name.Lang not in kid:
            kid.Lang = language
        joined.kids.append(kid)


def _renumber(holder: Object, base: int) -> None:
    """The new number of what belongs to the structure: of a page, of an annotation or of a drawing."""
    for name in (Name.StructParents, Name.StructParent):
        if name in holder:
            holder[name] = base + int(holder[name])


def _rename_target(annotation: Object, prefix: str) -> None:
    """A link to a name within the file goes to the new name."""
    for holder, key in ((annotation, Name.Dest), (annotation.get(Name.A, Dictionary()), Name.D)):
        target = holder.get(key)
        if isinstance(target, String):
            holder[key] = String(prefix + str(target))


def _numbers(node: Object) -> Iterator[tuple[int, Object]]:
    """Numbers and values of a number tree."""
    pairs = list(node.get(Name.Nums, Array()))
    yield from ((int(number), value) for number, value in zip(pairs[::2], pairs[1::2], strict=True))
    for kid in node.get(Name.Kids, Array()):
        yield from _numbers(kid)


def _named(node: Object) -> Iterator[tuple[str, Object]]:
    """Names and values of a name tree."""
    pairs = list(node.get(Name.Names, Array()))
    yield from ((str(name), value) for name, value in zip(pairs[::2], pairs[1::2], strict=True))
    for kid in node.get(Name.Kids, Array()):
        yield from _named(kid)


def _targets(source: Pdf) -> Iterator[tuple[str, Object]]:
    return _named(source.Root.get(Name.Names, Dictionary()).get(Name.Dests, Dictionary()))


def _own_ids(tree: Object, prefix: str) -> Iterator[tuple[str, Object]]:
    for name, element in _named(tree.get(Name.IDTree, Dictionary())):
        element.ID = String(prefix + name)
        yield prefix + name, element


def _finish(whole: Pdf, joined: _Joined) -> None:
    """Put the joined trees into the document."""
    root = joined.root
    root.K = joined.kids
    root.ParentTree = whole.make_indirect(Dictionary(Nums=Array(joined.parents)))
    root.ParentTreeNextKey = joined.next_number
    for values, holder, key in ((joined.ids, root, Name.IDTree), (joined.names, None, Name.Dests)):
        if not values:
            continue
        pairs = [one for name, value in sorted(values, key=_name_of) for one in (String(name), value)]
        node = whole.make_indirect(Dictionary(Names=Array(pairs)))
        if holder is not None:
            holder[key] = node
        else:
            whole.Root.Names = Dictionary({"/Dests": node})
    whole.Root.StructTreeRoot = root
    whole.Root.MarkInfo = Dictionary(Marked=True)


def _name_of(pair: tuple[str, Object]) -> bytes:
    return bytes(String(pair[0]))


def _describe(whole: Pdf, title: str, author: str, language: str) -> None:
    whole.Root.Lang = String(language)
    whole.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    with whole.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:creator"] = [author]
        metadata["dc:language"] = [language]
        metadata["pdfuaid:part"] = "1"
