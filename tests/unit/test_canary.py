"""A marked request goes all the way: afterwards its words are nowhere in the clear, in no file and no row."""

import base64
import gzip
import logging
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.values import Actor, Grant
from hubfinder.post.rounds import USUAL
from hubfinder.referrals import drafts, retention, rotation, triage
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.models import Passing, Referral
from hubfinder.referrals.notice_sending import Rooms, send_notices
from hubfinder.referrals.passing import Handing, Receiver, pass_on
from hubfinder.referrals.reading import opened
from hubfinder.referrals.receiving import see
from hubfinder.referrals.retention_rules import Rules
from hubfinder.referrals.sending import Sender
from hubfinder.referrals.sharing import Group, Partner
from hubfinder.settings import MailSecurity
from hubfinder.staff_vocab import Role
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import Keyring, read_keys
from hubfinder.web.front_door.blueprint import LONGEST_FORM
from tests.support.asking import Asker
from tests.support.canary import (
    BORN,
    LETTER_POSTCODE,
    NUMBER,
    POSTCODE,
    assert_clean,
    look_through_files,
    look_through_rows,
    marked,
)
from tests.support.following import Follower
from tests.support.pages import application
from tests.support.people import HARBOURMOUTH, signed_in
from tests.support.processes import Served
from tests.support.requests import LASTS, a_request

ANSWERS: dict[str, Any] = {
    "people": [
        {"id": "p1", "name": f"{marked('adult')} Example", "kind": "adult", "is_asking": "yes"},
        {"id": "p2", "name": f"{marked('child')} Example", "kind": "child", "born": BORN},
    ],
    "story": f"Nobody sleeps, {marked('story')}.",
    "wanted": marked("wanted"),
    "tried": marked("tried"),
    "child_matters": marked("matters"),
    "child_words": marked("words"),
    "access_more": marked("access"),
    "helpers": [{"name": marked("helper"), "role": "health_visitor", "organization": marked("clinic")}],
    "telephone": NUMBER,
    "telephone_ask_for": marked("askfor"),
    "email": f"{marked('email')}@example.org",
    "email_write": "yes",
    **{f"pro_{name}": marked(f"pro{name}") for name in ("name", "organization", "telephone")},
    "pro_email": f"{marked('proemail')}@example.org",
    "family_not_told_why": marked("nottold"),
    "postcode": POSTCODE,
    "letter_address": f"1 {marked('street')} Road",
    "letter_postcode": LETTER_POSTCODE,
    "no_consent_why": marked("why"),
}
KINDS = frozenset(
    {"all.log", "secret_key", "vault.json", "post/notice-*.eml", "backup/manifest.json", "temporary/*"}
)
"""Files of every kind there is, each of which has to be among those that are looked through."""
OF_SQLITE = frozenset(
    {
        *(f"{name}.sqlite3{more}" for name in ("directory", "requests") for more in ("", "-wal")),
        "backup/requests.sqlite3",
        "backup/directory.sqlite3",
        "index/*",
    }
)
OF_POSTGRESQL = frozenset(
    {"backup/requests.referral.copy.gz", "backup/directory.service.copy.gz", "postgresql/*/*"}
)
TABLES = frozenset(
    {"audit_entry", "draft", "family_visit", "notice", "passing", "person", "referral", "referral_event"}
    | {"search_document", "staff_session"}
)
"""Where there has to be something, else nothing was looked for there."""
STAFF = {name: marked(name) for name in ("note", "message", "passing", "safety", "onpage", "added")}


@pytest.fixture(scope="module")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory, mail: Served) -> Iterator[Flask]:
    """An instance that sends email, and whose forms need no token here."""
    folder = tmp_path_factory.mktemp("instance")
    if database_url.startswith("sqlite"):
        database_url = ""  # in the instance's own folder, so that its files are looked through too
    facts = {"smtp_host": "127.0.0.1", "smtp_port": mail.port, "smtp_security": MailSecurity.NONE}
    facts |= {"smtp_from": "Help <help@example.org>", "echo_sql": True}
    with application(folder, database_url, **facts) as made:
        made.config["WTF_CSRF_ENABLED"] = False
        yield made


@pytest.fixture
def folder(app: Flask) -> Path:
    found: Path = app.extensions["settings"].data_dir
    return found


@pytest.fixture
def everything_is_logged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever anything here says of itself stands in a log, and what is temporary, in the folder."""
    (folder / "temporary").mkdir()
    (folder / "temporary" / "there").write_text("is looked through")
    for name in ("TMPDIR", "TMP", "TEMP"):
        monkeypatch.setenv(name, str(folder / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", str(folder / "temporary"))
    root = logging.getLogger()
    before, handler = root.level, logging.FileHandler(folder / "all.log")
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield
    root.removeHandler(handler)
    root.setLevel(before)
    handler.close()


@pytest.mark.usefixtures("everything_is_logged")
def test_the_words_of_a_family_stand_nowhere_in_the_clear(app: Flask, folder: Path, mail: Served) -> None:
    ring = read_keys(app.extensions["settings"].vault_keys, is_own_folder=True)
    client = signed_in(app, Role.FRONT_DOOR)
    sender = signed_in(app, Role.PROVIDER, organization_key="wend-nhs")
    with app.app_context(), Session(db.get_engine(VAULT)) as vault:
        draft_left_open(vault, ring)
        row = a_request(vault, ring, sender=Sender(HARBOURMOUTH, "wend-nhs"), **ANSWERS)
        reference = row.reference
        worked_on(vault, ring, row)
        told(app, vault, ring, mail)
        told_into_files(app, vault, ring)
    typed_in_a_browser(app)
    looked_at(client, reference)
    found_again(sender, reference)
    went_wrong(app, client, reference)
    files = look_through_files(folder)
    with app.app_context(), Session(db.get_engine(VAULT)) as vault:
        rotation.rotate(vault, ring, Actor("a command"))
        retention.run(vault, ring, Rules.of(app.extensions["settings"]))
        run = app.test_cli_runner().invoke
        for words in (["index", "rebuild"], ["backup", str(folder / "backup")], ["retention", "--dry-run"]):
            said = run(args=words)
            assert said.exit_code == 0, said.output
            assert_clean(said.output.encode(), " ".join(words))
        assert opened(ring, vault.get_one(Referral, row_id(vault, reference))).told.wanted == marked("wanted")
        vault.rollback()
        files |= look_through_files(folder)
        tables = look_through_rows(db.engine) | look_through_rows(db.get_engine(VAULT))
    is_in_files = db_is_in_files(app)
    wanted = KINDS | (OF_SQLITE if is_in_files else OF_POSTGRESQL)
    assert [kind for kind in wanted if not any(PurePath(name).match(kind) for name in files)] == []
    assert tables >= TABLES
    logged = (folder / "all.log").read_text("utf-8")
    assert "INSERT INTO staff_session" in logged, "what is asked of the databases stands there"
    assert "@example.org" not in logged.replace("help@example.org", "")
    assert "Exception on /staff/requests/<reference>/rights/copy" in (folder / "all.log").read_text()


def draft_left_open(vault: Session, ring: Keyring) -> None:
    """A form that somebody saves and does not send."""
    begin_writing(vault)
    draft, _ = drafts.start(vault, ring, LASTS)
    drafts.save(vault, draft, lambda said: said.update(ANSWERS), LASTS)
    drafts.give_code(vault, ring, draft)
    vault.commit()


def worked_on(vault: Session, ring: Keyring, row: Referral) -> None:
    """The front door notes something, writes to the family and passes it on; the service looks."""
    team = Actor("Person 1", 1, (Grant(Role.FRONT_DOOR, HARBOURMOUTH),))
    nurse = Actor("Person 2", 2, (Grant(Role.PROVIDER, HARBOURMOUTH, "wend-nhs"),))
    vault.rollback()
    begin_writing(vault)
    case = triage.take(vault, ring, team, row, row.revision, Opening())
    triage.note(case, STAFF["note"])
    triage.message(case, STAFF["message"])
    to = Receiver("sleep-clinic", "wend-nhs")
    groups = frozenset({Group.STORY, Group.CHILD, Group.PEOPLE})
    handing = Handing((to,), Partner.SERVICES, groups, STAFF["passing"], STAFF["safety"])
    pass_on(vault, team, opened(ring, row), handing, Opening())
    vault.commit()
    begin_writing(vault)
    passing = vault.scalars(sa.select(Passing)).one()
    seen = see(vault, ring, nurse, passing)
    assert marked("story") in str(seen)
    vault.commit()


def told(app: Flask, vault: Session, ring: Keyring, mail: Served) -> None:
    """Messages go out: to the family's own address, and with nothing of theirs in them."""
    vault.rollback()
    db.session.rollback()
    done = send_notices(Rooms(vault, db.session, ring, app.extensions["settings"]), USUAL)
    assert done.sent > 0
    for one in mail.taken:
        headers = {name: text for name, text in one["headers"].items() if name != "To"}
        assert_clean(f"{one['text']}{headers}".encode(), "a message")
    db.session.rollback()


def told_into_files(app: Flask, vault: Session, ring: Keyring) -> None:
    """Where there is no mail server email goes into files: they are looked through with all others."""
    a_request(vault, ring, **ANSWERS)
    vault.rollback()
    settings = app.extensions["settings"].model_copy(update={"smtp_host": ""})
    assert send_notices(Rooms(vault, db.session, ring, settings), USUAL).sent > 0
    db.session.rollback()


def typed_in_a_browser(app: Flask) -> None:
    """Page by page, with a page that breaks over what was typed; then followed, written to and put right."""
    asker = Asker(app.test_client())
    near = asker.client.post("/ask", data={"place": POSTCODE})
    assert near.status_code != 500
    asker.answer_all(story={"story": ANSWERS["story"]})
    year, month, day = BORN.split("-")
    born = {"born_year": year, "born_month": month, "born_day": day}
    assert asker.add("people", {"kind": "child", "name": marked("typed"), **born}).status_code == 303
    assert asker.post("home", {"postcode": POSTCODE}).status_code in (303, 400)
    assert POSTCODE in asker.get("check").get_data(as_text=True)
    hidden = asker.hidden("story")
    with breaking(app, "hubfinder.referrals.drafts.save"):
        broken = asker.client.post("/ask/story", data={**hidden, "story": ANSWERS["story"]})
    assert broken.status_code == 500
    assert_clean(broken.data, "the page of an error")
    asker.send()
    family = Follower(app, **ANSWERS)
    family.enter()
    assert family.write(STAFF["added"]).status_code == 303
    page = family.get("/change/people/p2")
    assert marked("child") in page.get_data(as_text=True)
    assert family.post("/change/people/p2", page, kind="child", name=marked("changed")).status_code == 303
    far_too_much = urlencode({"words": marked("much") * (LONGEST_FORM // len(marked("much")) + 1)})
    refused = family.client.post(
        family.address("/add"), data=far_too_much, content_type="application/x-www-form-urlencoded"
    )
    assert refused.status_code == 413, "so that nothing is put into a temporary file while it is read"
    assert_clean(refused.data, "the page of a refusal")


def looked_at(client: FlaskClient, reference: str) -> None:
    """Staff look at it, note something on its page and take a copy out."""
    page = client.get(f"/staff/requests/{reference}")
    assert marked("story") in page.get_data(as_text=True)
    copy = client.get(f"/staff/requests/{reference}/rights/copy").get_data(as_text=True)
    assert marked("story") in copy
    revision = copy.split('name="revision" value="')[1].split('"')[0]
    given = client.post(
        f"/staff/requests/{reference}/rights/copy", data={"reason": "they asked", "revision": revision}
    )
    assert given.mimetype == "application/zip"
    noted = client.post(
        f"/staff/requests/{reference}/do/note", data={"words": STAFF["onpage"], "revision": revision}
    )
    assert noted.status_code == 303, noted.get_data(as_text=True)


def found_again(client: FlaskClient, reference: str) -> None:
    """The organization that sent it looks where it stands: nothing of the family is shown."""
    page = client.get("/staff/sent").get_data()
    assert reference[:5].encode() in page
    assert_clean(page, "the page of whoever sent it")


def went_wrong(app: Flask, client: FlaskClient, reference: str) -> None:
    """A page breaks while the request is open: what is written of that says nothing of it."""
    with breaking(app, "hubfinder.web.triage.rights.marked"):
        answer = client.get(f"/staff/requests/{reference}/rights/copy")
    assert answer.status_code == 500
    assert_clean(answer.data, "the page of an error")


@contextmanager
def breaking(app: Flask, what: str) -> Iterator[None]:
    """Within this something fails, with all that it was given in its message, as in production."""

    def breaks(*given: object) -> None:
        raise ValueError(str([getattr(one, "answers", one) for one in given]))

    app.config["PROPAGATE_EXCEPTIONS"], app.testing = False, False
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(what, breaks)
        yield
    app.config["PROPAGATE_EXCEPTIONS"], app.testing = None, True


def db_is_in_files(app: Flask) -> bool:
    return not app.extensions["settings"].is_on_postgresql


def row_id(vault: Session, reference: str) -> str:
    vault.rollback()
    return vault.scalars(sa.select(Referral.id).where(Referral.reference == reference)).one()


@pytest.mark.parametrize("coding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("ahead", range(3))
def test_the_search_finds_what_it_looks_for(coding: str, ahead: int) -> None:
    """Else its finding nothing would say nothing."""
    plain = b"?" * ahead + f"of {marked('story')}!".encode(coding)
    for content in (plain, base64.b64encode(plain), plain.hex().encode(), plain.upper()):
        with pytest.raises(AssertionError, match="stands in a file"):
            assert_clean(b"\0" * 7 + content, "a file")


@pytest.mark.parametrize("kind", ["plain", "gz", "zip", "log of a database"])
def test_no_kind_of_file_is_left_out(tmp_path: Path, kind: str) -> None:
    word = f"of {marked('story')}!".encode()
    folder = tmp_path / "deep" / "down"
    folder.mkdir(parents=True)
    file = folder / f"file.{kind}"
    match kind:
        case "plain":
            file.write_bytes(word)
        case "gz":
            file.write_bytes(gzip.compress(word))
        case "zip":
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
                packed.writestr("in it", word * 10)
        case _:
            engine = sa.create_engine(f"sqlite:///{file}")
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                connection.exec_driver_sql("CREATE TABLE one (word)")
                connection.exec_driver_sql("INSERT INTO one VALUES (?)", (word,))
                connection.commit()
                assert word not in file.read_bytes(), "it stands in the log beside it alone"
                with pytest.raises(AssertionError, match="stands in"):
                    look_through_files(tmp_path)
            engine.dispose()
            return
    with pytest.raises(AssertionError, match="stands in"):
        look_through_files(tmp_path)
