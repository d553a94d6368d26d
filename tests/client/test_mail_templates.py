# SPDX-License-Identifier: Apache-2.0
"""The wording of mails from the command line."""

from pathlib import Path

from tests.support.terminal import Site


def test_a_wording_is_shown_changed_previewed_and_given_up(project: Site, tmp_path: Path) -> None:
    shown = project.do(None, "project", "template", "show", "demo", "vote-start").stdout
    assert shown.startswith("Subject: [VOTE] {{ vote_name }}\n\nHello,")
    assert "manifest_digest" in shown
    file = tmp_path / "call.txt"
    file.write_text("Subject: Vote on {{ title }}!\n\nPlease do.\n\n{{ url }}\n")
    preview = project.do("alice", "project", "template", "preview", "demo", "vote-start", file).stdout
    assert "Vote on Sample 1.0!" in preview
    said = project.do("alice", "project", "template", "set", "demo", "vote-start", file).stdout
    assert "version 1 now, in the project's own wording" in said
    found = project.do(None, "project", "template", "show", "demo", "vote-start", "--json").data
    assert (found["subject"], found["own"]) == ("Vote on {{ title }}!", True)
    said = project.do("alice", "project", "template", "set", "demo", "vote-start").stdout
    assert "version 2 now, in the foundation's wording" in said
    as_json = project.do("alice", "project", "template", "set", "demo", "vote-start", "--json").data
    assert as_json["version"] == 3
    assert "subject" in project.do(None, "project", "template", "preview", "demo", "result", "--json").data


def test_a_faulty_wording_is_refused_with_every_problem(project: Site, tmp_path: Path) -> None:
    file = tmp_path / "result.txt"
    file.write_text("Subject: {{ who }}\n\n{{ what }}\n")
    ended = project.atr("alice", "project", "template", "set", "demo", "result", file)
    assert ended.code == 1
    assert "'who'" in ended.stderr
    assert "'what'" in ended.stderr
    file.write_text("Hello\n")
    assert (
        "has to begin with"
        in project.atr("alice", "project", "template", "set", "demo", "result", file).stderr
    )
    assert project.atr("alice", "project", "template", "show", "demo", "nonsense").code == 2
