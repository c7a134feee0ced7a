"""Keys and boxes: what is sealed opens for its owner alone, and for nobody once one bit is another."""

import base64
import json
import os
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings as running, strategies as st

from hubfinder.vault.keys import (
    Keyring,
    KeysRefused,
    NotOpened,
    keyring_of,
    new_keyring,
    read_keys,
    with_new_key,
    without_key,
    write_file,
)
from hubfinder.vault.sealing import Owner, new_box, open_box

RING = new_keyring()
OURS = Owner("referral", "a" * 32, "Z06000001")


def file_of(**keys: bytes) -> bytes:
    said = {name: base64.b64encode(key).decode() for name, key in keys.items() if name != "marks"}
    marks = keys.get("marks", os.urandom(32))
    return json.dumps({"current": "k1", "keys": said, "marks": base64.b64encode(marks).decode()}).encode()


def test_what_is_sealed_opens_again_with_its_key() -> None:
    box, wrapped = new_box(RING, OURS)
    sealed = box.seal("body", 3, {"story": "Ünïcode", "people": [1, 2]})
    assert open_box(RING, OURS, wrapped).open("body", 3, sealed) == {"story": "Ünïcode", "people": [1, 2]}
    assert b"story" not in sealed


@running(max_examples=200, deadline=None)
@given(st.data())
def test_one_flipped_bit_is_refused(data: st.DataObject) -> None:
    box, wrapped = new_box(RING, OURS)
    sealed = bytearray(box.seal("body", 1, "what a family said"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NotOpened):
        box.open("body", 1, bytes(sealed))
    key = bytearray(wrapped.content)
    key[bit % len(key)] ^= 1
    with pytest.raises(NotOpened):
        open_box(RING, OURS, type(wrapped)(wrapped.key, bytes(key)))


@pytest.mark.parametrize(
    ("owner", "name", "version"),
    [
        (Owner("referral", "b" * 32, "Z06000001"), "body", 1),
        (Owner("referral", "a" * 32, "Z06000002"), "body", 1),
        (Owner("draft", "a" * 32, "Z06000001"), "body", 1),
        (OURS, "head", 1),
        (OURS, "body", 2),
    ],
)
def test_nothing_can_be_put_in_the_place_of_something_else(owner: Owner, name: str, version: int) -> None:
    box, wrapped = new_box(RING, OURS)
    sealed = box.seal("body", 1, "what a family said")
    with pytest.raises(NotOpened):
        open_box(RING, owner, wrapped).open(name, version, sealed)


def test_another_installation_does_not_open_it() -> None:
    _, wrapped = new_box(RING, OURS)
    with pytest.raises(NotOpened):
        open_box(new_keyring(), OURS, wrapped)
    with pytest.raises(NotOpened):
        open_box(Keyring("k9", {"k9": os.urandom(32)}, RING.marks), OURS, wrapped)


def test_older_keys_open_until_they_are_taken_out() -> None:
    _, wrapped = new_box(RING, OURS)
    newer = with_new_key(RING)
    assert newer.current == "k2"
    assert open_box(newer, OURS, wrapped).owner == OURS
    with pytest.raises(NotOpened):
        open_box(without_key(newer, "k1"), OURS, wrapped)
    with pytest.raises(KeysRefused):
        without_key(newer, "k2")


@pytest.mark.parametrize(
    "key",
    [
        bytes(32),
        b"\xff" * 32,
        bytes(range(32)),
        b"correct horse battery staple....",
        sha256(b"half").digest()[:16] * 2,
        sha256(b"short").digest()[:31],
        bytes([1, 2] * 16),
    ],
)
def test_weak_keys_are_refused_and_not_said(key: bytes) -> None:
    with pytest.raises(KeysRefused) as refused:
        keyring_of(file_of(k1=key))
    assert base64.b64encode(key).decode() not in str(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"current": "k1", "keys": {}, "marks": ""}',
        b'{"current": "k1", "keys": {"k1": "not base64"}, "marks": "x"}',
        file_of(k2=sha256(b"k2").digest(), marks=sha256(b"marks").digest()),
        b"\xff\xfe",
    ],
)
def test_malformed_files_are_refused(content: bytes) -> None:
    with pytest.raises(KeysRefused):
        keyring_of(content)


def test_the_same_key_twice_is_refused() -> None:
    key = os.urandom(32)
    with pytest.raises(KeysRefused):
        keyring_of(file_of(k1=key, marks=key))


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    write_file(file, RING)
    assert read_keys(file).current == "k1"
    file.chmod(0o644)
    with pytest.raises(KeysRefused, match="chmod 600"):
        read_keys(file)


def test_only_a_demonstration_makes_its_own_file(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "vault.json"
    with pytest.raises(KeysRefused):
        read_keys(file)
    made = read_keys(file, is_own_folder=True)
    assert read_keys(file, is_own_folder=True).keys == made.keys
    assert file.stat().st_mode & 0o077 == 0


def test_a_new_key_is_seen_at_once(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    write_file(file, RING)
    assert read_keys(file).current == "k1"
    write_file(file, with_new_key(RING))
    assert read_keys(file).current == "k2"


def test_keys_are_not_shown() -> None:
    box, _ = new_box(RING, OURS)
    for shown in (repr(RING), repr(box)):
        assert repr(RING.marks) not in shown
        assert repr(box.key) not in shown


def test_marks_are_the_same_for_the_same_and_nobody_elses() -> None:
    assert RING.mark("telephone", "1632960123") == RING.mark("telephone", "1632960123")
    assert RING.mark("telephone", "1632960123") != RING.mark("email", "1632960123")
    assert RING.mark("telephone", "1632960123") != new_keyring().mark("telephone", "1632960123")
