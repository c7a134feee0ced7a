"""Spreadsheets out and in, for tests: a small office with some listings, and a file that somebody edits."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.exchange import working
from hubfinder.exchange.batches import Incoming, begin_batch, rows_of
from hubfinder.exchange.jobs import give_file, keep_file
from hubfinder.exchange.models import Batch, BatchRow
from hubfinder.exchange.sheets_out import WRITERS
from hubfinder.exchange.taking_out import Wanted, rows_out
from hubfinder.listings.models import Listing
from hubfinder.people.values import Actor
from hubfinder.settings import Settings
from hubfinder.staff_vocab import BatchState
from tests.support.life import published
from tests.support.people import HARBOURMOUTH

Edit = Callable[[list[dict[str, str]]], None]


@dataclass(slots=True)
class Office:
    """Where files are sent to and taken from."""

    session: Session
    settings: Settings

    def published(self, key: str = "stay-and-play", **facts: Any) -> str:
        """A published listing; its key."""
        self.session.commit()
        published(self.session, key, **facts)
        self.session.commit()
        return key

    def out(self, actor: Actor, form: str = "csv") -> Path:
        """The listings that somebody may see, as a file."""
        path = self.settings.data_dir / f"out.{form}"
        self.session.commit()
        WRITERS[form][0](rows_out(self.session, Wanted(actor)), path)
        self.session.rollback()
        return path

    def edited(self, actor: Actor, edit: Edit) -> Path:
        """The same, edited as rows by column; written again as CSV."""
        path = self.out(actor)
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            rows, heading = list(reader), list(reader.fieldnames or ())
        edit(rows)
        path.write_text(as_csv(heading, rows), "utf-8")
        return path

    def send(self, actor: Actor, path: Path, register: str = "") -> Batch:
        """Have a file read; the batch as it is then."""
        self.session.commit()
        with path.open("rb") as stream:
            kept, digest = keep_file(self.settings, stream)
        begin_writing(self.session)
        batch = begin_batch(self.session, actor, Incoming(HARBOURMOUTH, path.name, digest, register))
        give_file(self.settings, batch.id, kept)
        self.session.commit()
        return self.work(batch)

    def decide(self, actor: Actor, batch: Batch, after: BatchState) -> Batch:
        """Have it applied or undone."""
        self.session.commit()
        begin_writing(self.session)
        assert working.decide(self.session, actor, self.session.get_one(Batch, batch.id), after)
        self.session.commit()
        return self.work(batch)

    def work(self, batch: Batch) -> Batch:
        number = batch.id
        self.session.commit()
        working.work(self.session, self.settings, number)
        return self.session.get_one(Batch, number, populate_existing=True)

    def rows(self, batch: Batch) -> dict[str, BatchRow]:
        """The rows of a batch by key."""
        return {row.key: row for row in rows_of(self.session, batch.id)}

    def versions(self) -> dict[str, int]:
        self.session.expire_all()
        return dict(self.session.execute(select(Listing.key, Listing.version)).tuples().all())


def as_csv(heading: list[str], rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, heading, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
