"""Staff have many sheets made on a page: choose, watch, stop, go on, download, make again what changed."""

import csv
import io
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hubfinder import state_file
from hubfinder.settings import Settings
from hubfinder.sheets import jobs
from hubfinder.sheets.jobs import Condition, Job, find_job
from tests.pages.addresses import LANGUAGES, STAFF_OF_A_JOB, in_language
from tests.pages.reading import Page, Reader
from tests.support.pages import application
from tests.support.people import signed_in

ADDRESS, START = "/staff/sheets", "/staff/sheets/start"
LONG_ENOUGH = 60.0


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The small world."""
    folder: Path = tmp_path_factory.mktemp("instance")
    with application(folder) as app:
        yield app


@pytest.fixture
def settings(app: Flask) -> Settings:
    found: Settings = app.extensions["settings"]
    return found


@pytest.fixture
def staff(app: Flask) -> FlaskClient:
    """Somebody who looks after what the council offers."""
    return signed_in(app)


@pytest.fixture
def read(staff: FlaskClient) -> Reader:
    return Reader(staff)


def send(staff: FlaskClient, address: str = START, **fields: Any) -> TestResponse:
    """Press a button of a page that is open."""
    page = staff.get(address.removesuffix("/change") if address != START else ADDRESS).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    return staff.post(address, data={**fields, "csrf_token": token[1]})


def started(staff: FlaskClient, **fields: Any) -> str:
    """The address of work that was started."""
    answer = send(staff, **{"who": "all-schools", "language": ["en", "pl"], **fields})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def job_of(settings: Settings, address: str) -> Job:
    job = find_job(settings, address.rpartition("/")[2])
    assert job is not None
    return job


def done(settings: Settings, address: str) -> Job:
    """The job of an address, when it does not work any more."""
    end = time.monotonic() + LONG_ENOUGH
    while time.monotonic() < end:
        job = job_of(settings, address)
        if job.condition is not Condition.WORKING:
            return job
        time.sleep(0.1)
    raise TimeoutError(said(job_of(settings, address)))


def said(job: Job) -> str:
    """What the process has said."""
    return (job.folder / jobs.SAID).read_text("utf-8")


def fetched(staff: FlaskClient, address: str) -> bytes:
    """A file, read to its end."""
    with staff.get(address) as answer:
        assert answer.status_code == 200
        data: bytes = answer.data
    return data


@pytest.fixture(scope="module")
def finished(app: Flask) -> str:
    """The address of work that is done: two sheets."""
    address = started(signed_in(app), options=["large"], pages="2", readers="staff")
    job = done(app.extensions["settings"], address)
    assert job.condition is Condition.DONE, said(job)
    return address


def test_what_is_done_can_be_downloaded(
    staff: FlaskClient, read: Reader, finished: str, settings: Settings
) -> None:
    page = read(finished)
    assert page.headings[0] == "All schools: English, Polish"
    assert "All is done." in page.text
    lines = list(csv.DictReader(io.StringIO(fetched(staff, f"{finished}/sheets.csv").decode())))
    assert "Done: 2 of 2. New: 2. Failed: 0." in page.text, said(job_of(settings, finished))
    assert {line["language"] for line in lines} == {"en", "pl"}
    assert all("large=yes" in line["order"] and "readers=staff" in line["order"] for line in lines)
    with pikepdf.open(io.BytesIO(fetched(staff, page.links["All sheets in one file to print (PDF)"]))) as pdf:
        assert len(pdf.pages) == sum(int(line["pages"]) for line in lines)
    packed = fetched(staff, page.links["Every sheet as a file of its own (ZIP)"])
    with zipfile.ZipFile(io.BytesIO(packed)) as all_files:
        assert set(all_files.namelist()) == {"sheets.csv", *(line["file"] for line in lines)}
        one = all_files.read(lines[0]["file"])
    assert fetched(staff, f"{finished}/{lines[0]['file']}") == one
    assert "All schools: English, Polish" in read(ADDRESS).section("Made lately")


def test_a_file_is_saved_and_kept_by_nobody_on_the_way(staff: FlaskClient, finished: str) -> None:
    with staff.get(f"{finished}/all-sheets.pdf") as answer:
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Content-Disposition"] == "attachment; filename=all-sheets.pdf"
        assert answer.headers["Cache-Control"] == "no-store"


def test_made_again_nothing_has_changed(
    staff: FlaskClient, read: Reader, finished: str, settings: Settings
) -> None:
    assert send(staff, f"{finished}/change", do="again").status_code == 303
    job = done(settings, finished)
    assert job.condition is Condition.DONE, said(job)
    page = read(finished)
    assert "Done: 2 of 2. New: 0. Failed: 0." in page.text
    assert "What has changed, in one file to print (PDF)" not in page.links
    assert "All sheets in one file to print (PDF)" in page.links


def test_one_work_at_a_time_that_can_be_stopped_and_goes_on(
    staff: FlaskClient, read: Reader, finished: str, settings: Settings
) -> None:
    old = grown_old(job_of(settings, finished))
    address = started(staff)
    assert not old.exists(), "starting clears away what is old"
    page = read(address)
    assert "The sheets are being made." in page.text
    assert page.links["Look again"] == address
    answer = send(staff, who="all-schools", language="en")
    assert answer.status_code == 409
    page = Page(409, answer.get_data(as_text=True))
    assert "Other sheets are being made. Wait until they are done, or stop them." in page.text
    assert page.links["Look at the sheets that are being made"] == address
    while job_of(settings, address).progress is None:  # it must have begun, to be stopped
        time.sleep(0.05)
    assert send(staff, f"{address}/change", do="stop").status_code == 303
    assert done(settings, address).condition is Condition.STOPPED
    assert "Somebody stopped it. What was made is still there." in read(address).text
    assert send(staff, f"{address}/change", do="go-on").status_code == 303
    assert done(settings, address).condition is Condition.DONE


def test_work_that_broke_off_says_so_and_can_go_on(read: Reader, finished: str, settings: Settings) -> None:
    job = job_of(settings, finished)
    cut = job.folder.with_name("20261122-090000-0123abcd")
    shutil.copytree(job.folder, cut)
    (cut / "process").unlink()  # as if the machine had been switched off before the first note
    (cut / "sheets" / ".progress.json").unlink()
    page = read(f"{ADDRESS}/{cut.name}")
    assert "It was broken off. What was made is still there, and it can go on." in page.text
    assert 'value="go-on">Go on</button>' in page.html


def grown_old(job: Job) -> Path:
    """The folder of the same work, as if it had been made long ago."""
    old = job.folder.with_name("20260105-090000-0123abcd")
    shutil.copytree(job.folder, old)
    state_file.write(old / jobs.STATE, replace(job.state, started="2026-01-05T09:00:00+00:00"))
    return old


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"who": "all-dragons", "language": "en"}, "who", "Choose for whom."),
        ({"who": "all-schools"}, "language", "Choose at least one language."),
        ({"who": "all-schools", "language": "xx"}, "language", "Choose at least one language."),
        (
            {"who": "all-schools", "language": "en", "within": "ward:--out"},
            "within",
            "Choose an area from the list.",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_starts(
    staff: FlaskClient, settings: Settings, fields: dict[str, Any], field: str, says: str
) -> None:
    before = len(jobs.jobs(settings))
    answer = send(staff, **fields)
    assert answer.status_code == 400
    page = Page(400, answer.get_data(as_text=True))
    assert f'<a href="#{field}">{says}</a>' in page.html
    assert len(jobs.jobs(settings)) == before


def test_without_the_token_nothing_starts_and_nothing_stops(staff: FlaskClient, settings: Settings) -> None:
    before = len(jobs.jobs(settings))
    answer = staff.post(START, data={"who": "all-schools", "language": "pl"})
    assert answer.status_code == 400
    page = Page(400, answer.get_data(as_text=True))
    assert "so nothing was done. Press the button again." in page.text
    assert re.search(r'value="pl" checked', page.html), "what was chosen stays"
    assert len(jobs.jobs(settings)) == before
    assert staff.get(START).status_code == 404


@pytest.mark.parametrize("address", STAFF_OF_A_JOB.values())
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_there_any_more_is_not_found(staff: FlaskClient, address: str, language: str) -> None:
    assert staff.get(in_language(address, language)).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["state.json", "said.txt", ".progress.json", ".lock", "..%2fstate.json", "%2e%2e", "nothing.pdf"],
)
def test_only_sheets_and_their_list_can_be_downloaded(staff: FlaskClient, finished: str, path: str) -> None:
    assert staff.get(f"{finished}/{path}").status_code == 404
    assert staff.get(finished.replace("/sheets/", "/sheets/..%2f..%2f") + f"/{path}").status_code == 404
    assert staff.get(f"{ADDRESS}/jobs/{path}").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_some_work_stands_in_every_language(
    staff: FlaskClient, finished: str, language: str
) -> None:
    page = Page(200, staff.get(in_language(finished, language)).get_data(as_text=True))
    assert f'lang="{language}"' in page.html
    assert "St Anne" in page.html
