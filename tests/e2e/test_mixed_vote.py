# SPDX-License-Identifier: Apache-2.0
"""One vote by page, API, command line and real mail, on a real server whose mail listener is killed."""

import re
import smtplib
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import formatdate
from pathlib import Path

import httpx2
import pytest

from atr.admin.demo.stage import SAMPLE_FOUNDATION
from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.schema.votes import RoundAnswer
from tests.support.archives import make_source, write_triple
from tests.support.database import make_quick_folder
from tests.support.keys import TestKey
from tests.support.serving import BRISK, Serving, find_port, kill_process, run_installation, wait_until
from tests.support.terminal import run_program
from tests.support.vote_mail import KeyBook
from tests.support.walking import Walk, sign_in_cast

KEYS = KeyBook()
RELEASE = "sample/1.0"
ROUND = "/releases/sample/main/1.0/votes/1"


@pytest.fixture(scope="module")
def mail_port() -> int:
    return find_port()


@pytest.fixture(scope="module")
def serving(mail_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    KEYS.provide("foundation.example")
    book = tmp_path_factory.mktemp("keys") / "keys"
    book.write_text("".join(f"{name} {record.decode()}\n" for name, record in KEYS.records.items()))
    settings = {"ATR_MAIL_LISTEN": f"lmtp://127.0.0.1:{mail_port}", "ATR_MAIL_KEYS_FILE": str(book)}
    with make_quick_folder() as folder, run_installation(folder / "data", BRISK | settings) as started:
        ended = run_program("admin", "load", SAMPLE_FOUNDATION, "--data", started.data)
        assert ended.code == 0, ended
        yield started


@pytest.fixture
def walk(serving: Serving, tmp_path: Path) -> Walk:
    """Return the way of a release up to its vote."""
    logins = sign_in_cast(serving.url, serving.data, tmp_path)
    signer = TestKey()
    (tmp_path / "rm.asc").write_text(signer.armored)
    ended = run_program(
        "key",
        "add",
        tmp_path / "rm.asc",
        "--project",
        "sample",
        environment=say_who(logins["rm"].token, serving),
    )
    assert ended.code == 0, ended
    files = tmp_path / "files"
    files.mkdir()
    write_triple(files, "sample-1.0-src.tar.gz", make_source("sample-1.0"), signer)
    walk = Walk(logins, ReleaseKey.parse("sample/main/1.0"), files)
    for step in walk.list_steps()[:6]:
        step()
    return walk


def say_who(token: str | None, serving: Serving) -> dict[str, str | None]:
    return {"ATR_URL": serving.url, "ATR_TOKEN": token, "ATR_LOGIN_FILE": str(serving.data / "none.json")}


def read_outbox(serving: Serving, subject: str) -> list[Message]:
    """Return the mails that left with a subject that begins so."""
    mails = (
        message_from_bytes(path.read_bytes(), policy=default)
        for path in (serving.data / "mail" / "new").glob("*")
    )
    return [mail for mail in mails if str(mail["Subject"]).startswith(subject)]


def write_answer(call: Message, who: str, text: str) -> bytes:
    """Return somebody's signed answer to the call for votes, as their mail program writes it."""
    mail = EmailMessage()
    mail["From"] = f"Somebody <{who}@foundation.example>"
    mail["To"] = call["To"]
    mail["Subject"] = f"Re: {call['Subject']}"
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{who}-1@foundation.example>"
    mail["In-Reply-To"] = mail["References"] = call["Message-ID"]
    quoted = "".join(f"> {line}\n" for line in str(call.get_payload()).splitlines())
    mail.set_content(f"{text}\n\nOn that day ATR wrote:\n{quoted}")
    return KEYS.sign(mail.as_bytes().replace(b"\n", b"\r\n"), "foundation.example")


def deliver(port: int, raw: bytes) -> None:
    with smtplib.LMTP("127.0.0.1", port) as client:
        client.sendmail("somebody@foundation.example", ["votes@atr.example"], raw)


def can_deliver(port: int) -> bool:
    try:
        with smtplib.LMTP("127.0.0.1", port):
            return True
    except OSError:
        return False


def vote_on_page(serving: Serving, user: str, choice: str) -> None:
    """Sign in by a link, open the page of the vote, and send its form."""
    link = run_program("admin", "login-link", user, "--data", serving.data).stdout.strip()
    html = {"accept": "text/html"}
    with httpx2.Client(base_url=serving.url, headers=html, timeout=30) as browser:
        browser.get(link)
        token = {"_csrf_token": browser.cookies["atr_csrf"]}
        code = link.partition("code=")[2]
        assert browser.post("/sign-in", data={**token, "code": code}).status_code == 303
        page = browser.get(ROUND).text
        digest = re.search(r'name="manifest_digest" value="([^"]+)"', page)
        assert digest is not None
        form = {"_csrf_token": browser.cookies["atr_csrf"], "choice": choice, "manifest_digest": digest[1]}
        assert browser.post(f"{ROUND}/ballot", data=form).status_code == 303


def show_vote(serving: Serving) -> RoundAnswer:
    answer = httpx2.get(f"{serving.url}/api/v1/releases/sample/main/1.0/votes/1", timeout=30)
    return RoundAnswer.model_validate_json(answer.text)


def kill_listener(serving: Serving) -> None:
    found = re.findall(r"mail runs as process (\d+)", serving.read_log())
    kill_process(int(found[-1]))
    wait_until(
        lambda: len(re.findall(r"mail runs as process", serving.read_log())) > len(found), serving.read_log
    )


def test_a_vote_by_every_real_door_resolves_itself_and_loses_no_mail_to_kill_9(
    serving: Serving, walk: Walk, mail_port: int
) -> None:
    wait_until(lambda: bool(read_outbox(serving, "[VOTE]")), serving.read_log)
    (call,) = read_outbox(serving, "[VOTE]")
    against = write_answer(call, "committer", "-1 does not build here")
    wait_until(lambda: can_deliver(mail_port), serving.read_log)
    deliver(mail_port, against)
    kill_listener(serving)
    assert [(each.voter, each.via) for each in show_vote(serving).ballots] == [("committer", "mail")]
    wait_until(lambda: can_deliver(mail_port), serving.read_log)
    deliver(mail_port, against)  # a mail server that saw no answer brings it again
    walk.cast("rm")
    vote_on_page(serving, "pmc1", "+1")
    cast = ("vote", "cast", RELEASE, "+1", "--comment", "built it")
    ended = run_program(*cast, environment=say_who(walk.logins["pmc2"].token, serving))
    assert ended.code == 0, ended
    assert show_vote(serving).state == "open"
    deliver(mail_port, write_answer(call, "pmc3", "+1 (binding)"))
    walk.await_phase(Phase.ANNOUNCE)
    found = show_vote(serving)
    assert (found.state, found.tally.binding.in_favour) == ("passed", 3)
    assert {each.voter: each.via for each in found.ballots} == {
        "committer": "mail",
        "rm": "api",
        "pmc1": "web",
        "pmc2": "command line",
        "pmc3": "mail",
    }
    wait_until(lambda: bool(read_outbox(serving, "[RESULT]")), serving.read_log)
    (result,) = read_outbox(serving, "[RESULT]")
    told = " ".join(str(result.get_payload()).split())
    for words in (
        "Binding: +1: 3, 0: 0, -1: 0.",
        "Community: +1: 1, 0: 0, -1: 1.",
        "Sample PMC Member Three",
    ):
        assert words in told
    assert result["In-Reply-To"] == call["Message-ID"]
    assert len(read_outbox(serving, "Re: [VOTE]")) == 3  # receipts of what did not come by mail
