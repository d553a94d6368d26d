# SPDX-License-Identifier: Apache-2.0
"""The program as a whole: its help, its exit codes, and what it says when nothing goes right."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import click
import pytest
import stamina

from atr.client.commands import COMMANDS, COMPANIONS
from atr.client.main import program
from atr.client.output import make_printable, show_size
from tests.support.terminal import Ended, run_program

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _without_pauses() -> Iterator[None]:
    with stamina.set_testing(testing=True, attempts=2):
        yield


@contextmanager
def answer_with(status: int, body: bytes, media_type: str = "text/html") -> Iterator[str]:
    """Serve one answer to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def ask(url: str) -> Ended:
    """Ask a server for its projects."""
    return run_program("project", "list", environment={"ATR_URL": url, "ATR_LOGIN_FILE": "/nonexistent"})


def test_help_names_every_command_with_its_line() -> None:
    said = " ".join(run_program("--help").stdout.split())
    for name, line in {name: line for name, (_, line) in COMMANDS.items()}.items() | COMPANIONS.items():
        assert f"{name} {line}" in said


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_found_and_explains_itself(name: str) -> None:
    ended = run_program(name, "--help")
    assert (ended.code, ended.stdout.startswith(f"Usage: atr {name}")) == (0, True)


def list_commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield the client's commands with those below them."""
    yield path, command
    if isinstance(command, click.Group) and path not in COMPANIONS:
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None and f"{path} {name}".strip() not in COMPANIONS:
                yield from list_commands(found, f"{path} {name}".strip())


def test_every_command_and_option_says_what_it_does() -> None:
    for path, command in list_commands(program, ""):
        assert command.help, path
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{path} {parameter.name}"


def test_help_imports_neither_http_nor_models() -> None:
    code = (
        "import sys; from atr.client.main import main\n"
        "sys.argv = ['atr', '--help']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "slow = {'httpx2', 'pydantic', 'rich', 'stamina', 'importlib.metadata'} & set(sys.modules)\n"
        "assert not slow, slow"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_an_unreachable_server_ends_with_three(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "atr.client.main", "project", "list"],
        env={"ATR_URL": NOWHERE, "ATR_LOGIN_FILE": str(tmp_path / "none")},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr.startswith(f"atr: {NOWHERE} does not answer")


def test_wrong_usage_ends_with_two() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "atr.client.main", "release", "show", "nonsense"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, "does not name a release" in ended.stderr) == (2, True)
    assert run_program("nonsense").code == 2


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1:9", "http://[", ""])
def test_an_address_that_is_none_is_unreachable(url: str) -> None:
    ended = ask(url)
    assert (ended.code, ended.stdout) == (3, ""), ended


def test_a_server_that_is_starting_is_asked_again_and_then_unreachable() -> None:
    with answer_with(503, b"<h1>soon</h1>") as url:
        assert ask(url).code == 3


def test_a_problem_that_may_pass_is_told_in_the_end() -> None:
    problem = b'{"title": "Busy", "status": 429, "reasons": ["Wait a minute."]}'
    with answer_with(429, problem, "application/problem+json") as url:
        ended = ask(url)
    assert (ended.code, ended.stderr) == (1, "atr: Wait a minute.\n")


def test_every_faulty_field_is_told_on_a_line_of_its_own() -> None:
    problem = b'{"errors": [{"field": "q", "message": "Too long."}, {"field": "stage", "message": "No."}]}'
    with answer_with(400, problem) as url:
        assert ask(url).stderr == "atr: q: Too long.\natr: stage: No.\n"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (404, b"<h1>Not here</h1>", "answered 404 without a reason"),
        (418, b"[]", "answered 418 without a reason"),
        (500, b'{"title": "Fault", "detail": "Something broke."}', "Something broke."),
        (200, b"<h1>Hello</h1>", "is there an ATR at this address?"),
        (200, b'{"items": [{}]}', "is it another version?"),
        (200, b"{}", "is it another version?"),
    ],
)
def test_another_server_is_no_traceback(status: int, body: bytes, reason: str) -> None:
    with answer_with(status, body) as url:
        ended = ask(url)
    assert (ended.code, reason in ended.stderr) == (1, True), ended


def test_a_command_of_the_server_part_says_what_is_missing(tmp_path: Path) -> None:
    package = tmp_path / "other-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[atr.commands]\nextra = nowhere.to_be_found:extra\n")
    environment = {"PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "atr.client.main"]
    ended = subprocess.run([*command, "extra"], env=environment, check=False, capture_output=True, text=True)
    assert (ended.returncode, "pip install 'atr[server]'" in ended.stderr) == (1, True)
    said = subprocess.run(
        [*command, "--help"], env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert "Commands of other packages:\n  extra" in said


def test_what_could_command_a_terminal_is_not_printed() -> None:
    assert make_printable("a\x1b[2Jb") == "a\ufffd[2Jb"


@pytest.mark.parametrize(
    ("size", "shown"), [(0, "0 bytes"), (1536, "1.5 KiB"), (3 * 1024**2, "3.0 MiB"), (5 * 1024**3, "5.0 GiB")]
)
def test_sizes_are_shown_in_the_unit_that_fits(size: int, shown: str) -> None:
    assert show_size(size) == shown
