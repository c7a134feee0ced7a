"""GOV.UK Notify, as far as hubfinder knows it: ``python -m tests.support.notify_process PORT FOLDER``.

It checks what it receives as Notify does (token, template, placeholders, addresses), and behaves as
``behaviour.json`` says: ``answers`` to addresses and ``answer`` to all (``[status, words]``), ``stalls`` so
many seconds, ``drops_after`` taking; what became of each message is ``status``, and ``answer_to_looks`` is
what it says instead. What it was asked stands in ``asked.txt``.
"""

import json
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from notifications_python_client.authentication import decode_jwt_token, get_token_issuer
from notifications_python_client.errors import TokenError

from tests.support.processes import TAKEN, Served, behaviour, keep

ASKED = "asked.txt"
SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"front_door-{SERVICE}-{SECRET}"
TEMPLATES = {
    "email": "a1f1f2c4-0000-4000-8000-00000000000e",
    "sms": "a1f1f2c4-0000-4000-8000-00000000000a",
    "letter": "a1f1f2c4-0000-4000-8000-000000000001",
}
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}")
Answer = tuple[int, dict[str, Any]]


class Handler(BaseHTTPRequestHandler):
    """Answers as Notify would."""

    protocol_version = "HTTP/1.1"
    folder: Path

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        how = behaviour(self.folder)
        self._note("sent")
        time.sleep(how.get("stalls", 0))
        kind = self.path.rsplit("/", 1)[-1]
        address = said.get("email_address") or said.get("phone_number") or ""
        told = how.get("answers", {}).get(address) or how.get("answer")
        wrong = self._wrong_token() or _wrong(kind, said)
        if told and not wrong:
            wrong = _error(int(told[0]), str(told[1]))
        if wrong:
            self._answer(*wrong)
            return
        id_ = str(uuid4())
        keep(self.folder, {"id": id_, "kind": kind, "address": address, **said})
        if how.get("drops_after"):
            self.close_connection = True
            self.connection.close()
            return
        self._answer(201, {"id": id_, "reference": said.get("reference")})

    def do_GET(self) -> None:
        wrong = self._wrong_token()
        id_ = urlsplit(self.path).path.removeprefix("/v2/notifications").strip("/")
        if id_:
            self._note("looked")
            how = behaviour(self.folder)
            told = how.get("answer_to_looks")
            wrong = wrong or (_error(int(told[0]), str(told[1])) if told else None)
            self._answer(*(wrong or (200, {"id": id_, "status": how.get("status", "sending")})))
            return
        asked = parse_qs(urlsplit(self.path).query).get("reference", [""])[0]
        file = self.folder / TAKEN
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        found = [line for line in map(json.loads, lines) if line.get("reference") == asked]
        self._answer(*(wrong or (200, {"notifications": found, "links": {}})))

    def _note(self, what: str) -> None:
        with (self.folder / ASKED).open("a", encoding="utf-8") as file:
            file.write(f"{what}\n")

    def _wrong_token(self) -> Answer | None:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            decode_jwt_token(token, SECRET)  # type: ignore[no-untyped-call]  # Notify's own
            is_ours = get_token_issuer(token) == SERVICE  # type: ignore[no-untyped-call]
        except TokenError:
            is_ours = False
        return None if is_ours else _error(403, "Invalid token: signature, api token is not valid")

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        content = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_said: object) -> None:
        """Nothing on the terminal."""


def _wrong(kind: str, said: dict[str, Any]) -> Answer | None:
    """What Notify would find fault with; none if nothing."""
    given = said.get("personalisation", {})
    wanted = {"subject", "message"} if kind == "email" else {"message"}
    if said.get("template_id") != TEMPLATES.get(kind):
        return _error(400, "Template not found")
    if wanted - set(given):
        return _error(400, f"Missing personalisation: {', '.join(sorted(wanted - set(given)))}")
    if kind == "email" and "@" not in said.get("email_address", ""):
        return _error(400, "email_address Not a valid email address")
    if kind == "sms" and len(re.sub(r"\D", "", said.get("phone_number", ""))) < 11:
        return _error(400, "phone_number Number is too short")
    if kind == "letter":
        return _wrong_address(
            [given[f"address_line_{at}"] for at in range(1, 8) if f"address_line_{at}" in given]
        )
    return None


def _wrong_address(lines: list[str]) -> Answer | None:
    if len(lines) < 3:
        return _error(400, "Address must be at least 3 lines")
    if not POSTCODE.fullmatch(lines[-1]):
        return _error(400, "Last line of address must be a real UK postcode or another country")
    return None


def _error(status: int, words: str) -> Answer:
    return status, {"status_code": status, "errors": [{"error": "Error", "message": words}]}


def times(served: Served, what: str) -> int:
    """How often something was ``sent`` there, taken or not, or ``looked`` at."""
    file = served.folder / ASKED
    return file.read_text("utf-8").split().count(what) if file.exists() else 0


def forget(served: Served) -> None:
    """As if it had never been asked for anything."""
    served.behave()
    for name in (TAKEN, ASKED):
        (served.folder / name).unlink(missing_ok=True)


def notify_process(folder: Path) -> Served:
    """One that is not running yet."""
    return Served("tests.support.notify_process", folder)


def settings_of(served: Served, *kinds: str) -> dict[str, str]:
    """Settings that send by it: ``email``, ``sms``, ``letter``."""
    names = {
        "email": "notify_email_template",
        "sms": "notify_text_template",
        "letter": "notify_letter_template",
    }
    return {
        "notify_api_key": KEY,
        "notify_address": f"http://127.0.0.1:{served.port}",
        **{names[kind]: TEMPLATES[kind] for kind in kinds},
    }


def main(port: int, folder: Path) -> None:
    """Serve until killed."""
    Handler.folder = folder
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
