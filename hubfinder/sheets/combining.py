"""Many sheets in one PDF for the print room. It stays tagged: the structure trees are joined into one.

The files are read one after the other and forgotten again, so the number of sheets costs no memory.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from hubfinder.sheets.pdf_stream import PdfStream, moved, string

_STEP = 1_000
"""Structure elements know their parents by number; every file gets numbers of its own, in steps of this."""
_LEFT = ("/Catalog", "/Pages", "/StructTreeRoot", "/Metadata", "/Outlines", "/XRef", "/ObjStm")
"""Kinds of objects that the new file has of its own."""
_LENGTH = re.compile(rb"/Length \d+(?: \d+ R)?(?=[\s/>])")
_DESCRIPTION = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdfuaid:part>1</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of those to be joined."""

    path: Path
    title: str
    """What its bookmark says."""


@dataclass(slots=True)
class _Whole:
    """The file under way, and what its ends are tied together with."""

    out: PdfStream
    document: int
    """Number of the topmost structure element: every sheet is a part of it."""
    pages_root: int
    pages: list[int] = field(default_factory=list)
    kids: list[int] = field(default_factory=list)
    """The structure elements of the sheets."""
    parents: list[int] = field(default_factory=list)
    """Leaves of the number tree."""
    roles: dict[str, str] = field(default_factory=dict)
    ids: list[tuple[str, bytes]] = field(default_factory=list)
    targets: list[tuple[str, bytes]] = field(default_factory=list)
    bookmarks: list[tuple[str, int]] = field(default_factory=list)
    next_number: int = 0


def combine(parts: Sequence[Part], out: Path, *, title: str, author: str, language: str) -> int:
    """Join the files in their order, each under a bookmark; the number of pages.

    ``language`` is what the document is mainly in; each part keeps its own. There is at least one part.

    Raises:
        pikepdf.PdfError: a file is no PDF.
        OSError: a file cannot be read or written.
    """
    new = out.with_name(f".{out.name}.new")
    with new.open("wb") as stream:
        pdf = PdfStream(stream)
        whole = _Whole(pdf, pdf.number(), pdf.number())
        for number, part in enumerate(parts):
            with Pdf.open(part.path) as source:
                whole.bookmarks.append((part.title, len(whole.pages)))
                _add(whole, source, f"{number}.")
        _finish(whole, title, author, language)
    new.replace(out)
    return len(whole.pages)


def _add(whole: _Whole, source: Pdf, prefix: str) -> None:
    """Add the pages of a file and its structure, with numbers and names of its own."""
    tree = source.Root.get(Name.StructTreeRoot, Dictionary())
    base = whole.next_number
    whole.next_number = base + max(_STEP, int(tree.get(Name.ParentTreeNextKey, 0)))
    for page in source.pages:
        _own_numbers(page.obj, base, prefix)
        page.obj.MediaBox, page.obj.Resources = Array(page.mediabox), page.resources
    for name, element in _named(tree.get(Name.IDTree, Dictionary())):
        element.ID = String(prefix + name)
    kids = _kids_of(tree)
    for kid in kids:
        kid.S = Name.Part
        if Name.Lang not in kid and Name.Lang in source.Root:
            kid.Lang = source.Root.Lang
    numbers = _Numbers(whole)
    _write_objects(whole, source, numbers)
    whole.pages += [numbers.of(page.obj) for page in source.pages]
    whole.kids += [numbers.of(kid) for kid in kids]
    whole.roles |= {str(role): str(kind) for role, kind in tree.get(Name.RoleMap, Dictionary()).items()}
    whole.ids += [
        (prefix + name, numbers.text(one)) for name, one in _named(tree.get(Name.IDTree, Dictionary()))
    ]
    whole.targets += [(prefix + name, numbers.text(one)) for name, one in _targets(source)]
    leaf = [
        (base + number, numbers.text(one))
        for number, one in _numbered(tree.get(Name.ParentTree, Dictionary()))
    ]
    if leaf:
        pairs = b" ".join(b"%d %b" % pair for pair in leaf)
        limits = leaf[0][0], leaf[-1][0]
        whole.parents.append(whole.out.add(b"<< /Limits [%d %d] /Nums [%b] >>" % (*limits, pairs)))


class _Numbers:
    """What the objects of one file are called in the new one."""

    def __init__(self, whole: _Whole) -> None:
        self._whole = whole
        self._known: dict[tuple[int, int], int] = {}

    def __call__(self, number: int, generation: int) -> int:
        key = number, generation
        if key not in self._known:
            self._known[key] = self._whole.out.number()
        return self._known[key]

    def is_called(self, one: Object, number: int) -> None:
        self._known[one.objgen] = number

    def of(self, one: Object) -> int:
        return self(*one.objgen)

    def text(self, one: Object) -> bytes:
        """An object within another: its reference, or the whole of it."""
        return moved(one.unparse(), self)


def _write_objects(whole: _Whole, source: Pdf, numbers: _Numbers) -> None:
    """Write what the file has, but for what the new one has of its own."""
    kept = []
    for one in source.objects:
        kind = str(one.get(Name.Type, "")) if isinstance(one, Dictionary | Stream) else ""
        if kind == "/Pages":
            numbers.is_called(one, whole.pages_root)
        elif kind == "/StructTreeRoot":
            numbers.is_called(one, whole.document)
        if kind not in _LEFT:
            kept.append(one)
    streams = [one for one in kept if isinstance(one, Stream)]
    for stream in streams:
        _write_stream(whole.out, stream, numbers)
    for one in kept:
        if not isinstance(one, Stream):
            whole.out.put(numbers.of(one), moved(one.unparse(resolved=True), numbers))


def _write_stream(out: PdfStream, stream: Stream, numbers: _Numbers) -> None:
    """A stream, unless there is the same one already: pictures and fonts may be on every sheet."""
    text = _LENGTH.sub(b"", stream.stream_dict.unparse(resolved=True))
    data = stream.read_raw_bytes()
    is_alone = b" R" not in text
    same = out.same_stream(text, data) if is_alone else None
    if same is not None:
        numbers.is_called(stream, same)
        return
    out.put_stream(numbers.of(stream), moved(text, numbers), data)
    if is_alone:
        out.remember_stream(numbers.of(stream), text, data)


def _own_numbers(page: Object, base: int, prefix: str) -> None:
    """New numbers for what belongs to the structure, and new names for what links lead to."""
    _renumber(page, base)
    for annotation in page.get(Name.Annots, Array()):
        _renumber(annotation, base)
        for holder, key in ((annotation, Name.Dest), (annotation.get(Name.A, Dictionary()), Name.D)):
            target = holder.get(key)
            if isinstance(target, String):
                holder[key] = String(prefix + str(target))
    for drawing in page.get(Name.Resources, Dictionary()).get(Name.XObject, Dictionary()).values():
        _renumber(drawing, base)


def _renumber(holder: Object, base: int) -> None:
    for name in (Name.StructParents, Name.StructParent):
        if name in holder:
            holder[name] = base + int(holder[name])


def _kids_of(tree: Object) -> list[Object]:
    kids = tree.get(Name.K, Array())
    return list(kids) if isinstance(kids, Array) else [kids]


def _numbered(node: Object) -> Iterator[tuple[int, Object]]:
    """Numbers and values of a number tree."""
    pairs = list(node.get(Name.Nums, Array()))
    yield from ((int(number), value) for number, value in zip(pairs[::2], pairs[1::2], strict=True))
    for kid in node.get(Name.Kids, Array()):
        yield from _numbered(kid)


def _named(node: Object) -> Iterator[tuple[str, Object]]:
    """Names and values of a name tree."""
    pairs = list(node.get(Name.Names, Array()))
    yield from ((str(name), value) for name, value in zip(pairs[::2], pairs[1::2], strict=True))
    for kid in node.get(Name.Kids, Array()):
        yield from _named(kid)


def _targets(source: Pdf) -> Iterator[tuple[str, Object]]:
    return _named(source.Root.get(Name.Names, Dictionary()).get(Name.Dests, Dictionary()))


def _finish(whole: _Whole, title: str, author: str, language: str) -> None:
    """Write what ties the parts together, and the description of the document."""
    out = whole.out
    out.put(
        whole.pages_root,
        b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(whole.pages), _references(whole.pages)),
    )
    parents = out.add(b"<< /Kids [%b] >>" % _references(whole.parents))
    roles = b" ".join(f"{role} {kind}".encode() for role, kind in sorted(whole.roles.items()))
    tree, ids = out.number(), _names(out, b"/IDTree", whole.ids)
    out.put(
        whole.document,
        b"<< /Type /StructElem /S /Document /P %d 0 R /Lang %b /K [%b] >>"
        % (tree, string(language), _references(whole.kids)),
    )
    out.put(
        tree,
        b"<< /Type /StructTreeRoot /K [%d 0 R] /ParentTree %d 0 R /ParentTreeNextKey %d "
        b"/RoleMap << %b >>%b >>" % (whole.document, parents, whole.next_number, roles, ids),
    )
    described = out.number()
    packet = _DESCRIPTION.format(title=escape(title), author=escape(author), language=escape(language))
    out.put_stream(described, b"<< /Type /Metadata /Subtype /XML >>", packet.encode())
    names = b" /Names << %b >>" % _names(out, b"/Dests", whole.targets) if whole.targets else b""
    root = out.add(
        b"<< /Type /Catalog /Pages %d 0 R /Outlines %d 0 R /StructTreeRoot %d 0 R /Metadata %d 0 R "
        b"/MarkInfo << /Marked true >> /ViewerPreferences << /DisplayDocTitle true >> /Lang %b%b >>"
        % (whole.pages_root, _bookmarks(whole), tree, described, string(language), names)
    )
    out.close(root, out.add(b"<< /Title %b /Author %b >>" % (string(title), string(author))))


def _bookmarks(whole: _Whole) -> int:
    """The outline: one bookmark after the other."""
    out = whole.out
    outline, numbers = out.number(), [out.number() for _ in whole.bookmarks]
    for at, (title, page) in enumerate(whole.bookmarks):
        before = b" /Prev %d 0 R" % numbers[at - 1] if at else b""
        after = b" /Next %d 0 R" % numbers[at + 1] if at + 1 < len(numbers) else b""
        out.put(
            numbers[at],
            b"<< /Title %b /Parent %d 0 R /Dest [%d 0 R /Fit]%b%b >>"
            % (string(title), outline, whole.pages[page], before, after),
        )
    ends = numbers[0], numbers[-1], len(numbers)
    out.put(outline, b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>" % ends)
    return outline


def _names(out: PdfStream, key: bytes, values: list[tuple[str, bytes]]) -> bytes:
    """An entry with a name tree; nothing where there are no names."""
    if not values:
        return b""
    named = sorted((bytes(String(name)), string(name), text) for name, text in values)
    pairs = b" ".join(b"%b %b" % (name, text) for _, name, text in named)
    return b" %b %d 0 R" % (key, out.add(b"<< /Names [%b] >>" % pairs))


def _references(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)
