"""The reference of the search benchmark: tantivy over the same listings, asked the same things."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query as Theirs

from hubfinder.search.query import Query

LIMIT = 10
KINDS = ("need", "delivery", "language", "entry", "cost")
"""What is counted; each has its own field."""


class Reference:
    """A tantivy index of listings. Words stand in one field, analysed before, as in ours."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.schema = _schema()
        self.index = tantivy.Index(self.schema, path=str(folder))
        self.searcher = self.index.searcher()

    def fill(self, rows: Iterable[tuple[int, dict[str, Any], dict[str, Any], str]]) -> None:
        """Index rows of id, card, terms and analysed words."""
        writer = self.index.writer(256_000_000, 1)
        for id_, card, terms, words in rows:
            [(lat, lon)] = terms["points"]
            document = tantivy.Document()
            document.add_unsigned("id", id_)
            document.add_text("card", json.dumps(card))
            document.add_text("text", words)
            document.add_float("lat", lat)
            document.add_float("lon", lon)
            for name, values in (
                ("need", terms["needs"]),
                ("delivery", terms["delivery"]),
                ("language", terms["languages"]),
                ("entry", terms["entries"]),
                ("cost", terms["costs"]),
                ("area", map(str, terms["areas"])),
            ):
                for value in values:
                    document.add_text(name, value)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def words(self, query: Query) -> Theirs:
        """The units of a query, each by the best of its terms."""
        units = []
        for unit in query.units:
            terms = [Theirs.boost_query(self._term("text", t), weight) for t, weight in unit.terms.items()]
            units.append((Occur.Should, terms[0] if len(terms) == 1 else Theirs.disjunction_max_query(terms)))
        return Theirs.boolean_query(units)

    def phrase(self, terms: Sequence[str]) -> Theirs:
        return Theirs.phrase_query(self.schema, "text", list(terms))

    def having(self, **values: str) -> Theirs:
        """What has all these values."""
        return Theirs.boolean_query([(Occur.Must, self._term(name, value)) for name, value in values.items()])

    def near(self, words: Theirs, lat: float, lon: float, degrees: float) -> Theirs:
        """What has the words in a square around a point: tantivy has no distances."""
        square = [
            (Occur.Must, Theirs.range_query(self.schema, name, FieldType.Float, at - degrees, at + degrees))
            for name, at in (("lat", lat), ("lon", lon))
        ]
        return Theirs.boolean_query([(Occur.Must, words), *square])

    def cards(self, query: Theirs) -> list[object]:
        """The cards of the best listings, all of which are counted."""
        hits = self.searcher.search(query, LIMIT, count=True).hits
        return [json.loads(self.searcher.doc(address)["card"][0]) for _, address in hits]

    def counts(self, query: Theirs) -> object:
        """The best listings, and how many of each value there are."""
        self.cards(query)
        return self.searcher.aggregate(
            query, {name: {"terms": {"field": name, "size": 200}} for name in KINDS}
        )

    def _term(self, field: str, value: str) -> Theirs:
        return Theirs.term_query(self.schema, field, value)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True, fast=True)
    builder.add_text_field("card", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name="whitespace")
    builder.add_float_field("lat", fast=True)
    builder.add_float_field("lon", fast=True)
    for name in (*KINDS, "area"):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()
