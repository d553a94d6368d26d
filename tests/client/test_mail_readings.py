# SPDX-License-Identifier: Apache-2.0
"""Reading mails for votes on the command line, without a server."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from atr.client.commands.mail_readings import read_mail
from tests.support.vote_thread import BAD, GOOD, TEMPLATE, make_mail

LINE = b"From alice@example.org Mon Mar  2 12:00:00 2026\n"


@pytest.fixture
def thread(tmp_path: Path) -> Path:
    """Return an mbox with a ballot and a mail without one."""
    path = tmp_path / "thread.mbox"
    second = make_mail("I'd +1 this if it were mine\n", Message_ID="<2@example.org>", From="", Date="")
    path.write_bytes(LINE + make_mail("+1 (binding)\n\nWorks.\n") + b"\n" + LINE + second)
    return path


def run(*arguments: str | Path) -> Result:
    """Run the command."""
    return CliRunner().invoke(read_mail, list(map(str, arguments)))


def test_every_message_is_a_row_with_how_it_was_read(thread: Path) -> None:
    first, second = json.loads(run(thread, "--json").stdout)["items"]
    assert first == {
        "message_id": "<answer@example.org>",
        "in_reply_to": "<call@example.org>",
        "from": "alice@example.org",
        "name": "Alice Example",
        "subject": "Re: [VOTE] Release Example 1.0",
        "date": "2026-03-02T11:00:00Z",
        "outcome": "ballot",
        "choice": "+1",
        "text": "+1",
        "claims_binding": True,
        "comment": "Works.",
        "reason": "A line begins with +1, said to be binding.",
    }
    assert (second["message_id"], second["from"], second["choice"]) == ("<2@example.org>", None, None)
    assert (second["outcome"], second["date"]) == ("prose", None)
    assert second["reason"] == "A vote is mentioned, but no line begins with one."


def test_people_see_a_table(thread: Path) -> None:
    said = run(thread).stdout
    assert "A line begins with +1, said to be binding." in said
    assert "<2@example.org>" in said


def test_the_call_for_votes_is_nobodys_answer(tmp_path: Path) -> None:
    call, mail = tmp_path / "call.txt", tmp_path / "mail.eml"
    call.write_text("+1 Release it\n-1 Do not\n" + TEMPLATE)
    mail.write_bytes(make_mail("+1 Release it\n-1 Do not\n\n-1, no licence\n"))
    assert json.loads(run(mail, "--json").stdout)["items"][0]["outcome"] == "ambiguous"
    assert json.loads(run(mail, "--template", call, "--json").stdout)["items"][0]["choice"] == "-1"


def test_a_folder_is_read_as_well(tmp_path: Path) -> None:
    samples = [each for each in (*GOOD, *BAD) if len(each.raw) < 100_000]
    for place, sample in enumerate(samples):
        (tmp_path / f"{place:03}.eml").write_bytes(sample.raw)
    rows = json.loads(run(tmp_path, "--json").stdout)["items"]
    assert [row["text"] or row["outcome"] for row in rows] == [str(each.expected) for each in samples]


def test_json_without_mails_is_a_failure(tmp_path: Path) -> None:
    file = tmp_path / "thread.json"
    file.write_text("{}")
    ended = run(file)
    assert (ended.exit_code, "The JSON holds no mails" in str(ended.exception)) == (1, True)


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    assert run(tmp_path / "none").exit_code == 2
