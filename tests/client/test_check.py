# SPDX-License-Identifier: Apache-2.0
"""`atr check`: exit codes, the promised JSON, SARIF, and words for people."""

import io
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from atr.client.commands.check import check, show_files
from atr.client.failures import Failed
from tests.support.archives import TarMember, make_source, make_zip, write_triple
from tests.support.keys import TestKey, write_keys_file

NAME = "example-1.0.tar.gz"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a good release, its KEYS file outside."""
    key = TestKey()
    write_keys_file(tmp_path / "KEYS", key)
    folder = tmp_path / "release"
    folder.mkdir()
    write_triple(folder, NAME, make_source("example-1.0"), key)
    return folder


def run(folder: Path, *args: str) -> Result:
    return CliRunner().invoke(check, [str(folder), "--keys", str(folder.parent / "KEYS"), *args])


def test_a_good_release_passes(folder: Path) -> None:
    result = run(folder)
    assert result.exit_code == 0, result.output
    assert "Examined 3 files: 1 suggestion, 1 note." in result.stdout


def test_json_has_exactly_the_promised_shape(folder: Path) -> None:
    folder.joinpath(f"{NAME}.asc").unlink()
    result = run(folder, "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert set(report) == {"findings", "counts"}
    assert report["counts"] == {"error": 0, "blocker": 1, "concern": 0, "suggestion": 0, "note": 1}
    assert report["findings"][0] == {
        "rule": "names.signature-missing",
        "severity": "blocker",
        "artifact": NAME,
        "member": None,
        "message": f"{NAME} has no signature {NAME}.asc.",
        "data": {},
    }


def test_missing_checksums_are_written_when_asked_for(folder: Path) -> None:
    checksum = folder / f"{NAME}.sha512"
    there = checksum.read_bytes()
    checksum.unlink()
    assert run(folder).exit_code == 1
    result = run(folder, "--write-checksums")
    assert (result.exit_code, checksum.read_bytes()) == (0, there)
    assert f"Written: {NAME}.sha512" in result.stderr
    assert "Written" not in run(folder, "--write-checksums").stderr


def test_without_keys_no_signature_is_believed(folder: Path) -> None:
    result = CliRunner().invoke(check, [str(folder)])
    assert result.exit_code == 1
    assert "signature.no-key" in result.stdout
    assert "--keys" in result.stdout


def test_version_and_podling_are_asked_for(folder: Path) -> None:
    result = run(folder, "--version", "2.0", "--podling", "--json")
    rules = {finding["rule"] for finding in json.loads(result.stdout)["findings"]}
    assert {"names.version-differs", "names.not-incubating", "licence.disclaimer-missing"} <= rules


def test_a_file_is_examined_with_what_stands_beside_it(folder: Path) -> None:
    folder.joinpath("unrelated").write_text("x")
    result = run(folder / NAME, "--keys", str(folder.parent / "KEYS"))
    assert (result.exit_code, "Examined 3 files" in result.stdout) == (0, True)


def test_a_file_alone_need_not_be_a_source(folder: Path) -> None:
    jar = write_triple(folder, "example-1.0.jar", make_zip({"x": b""}), TestKey())
    rules = {
        finding["rule"]
        for finding in json.loads(run(jar, "--json", "--keys", str(folder.parent / "KEYS")).stdout)[
            "findings"
        ]
    }
    assert "names.no-source" not in rules
    assert "signature.no-key" in rules


def test_sarif_names_rules_places_and_levels(folder: Path) -> None:
    write_triple(
        folder, NAME, make_source("example-1.0", [TarMember("example-1.0/run", mode=0o4755)]), TestKey()
    )
    log = json.loads(run(folder, "--sarif").stdout)
    (scan,) = log["runs"]
    result = next(each for each in scan["results"] if each["ruleId"] == "archive.set-id")
    assert (log["version"], scan["tool"]["driver"]["name"], result["level"]) == ("2.1.0", "atr", "error")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == NAME
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "example-1.0/run"
    assert all(each["partialFingerprints"] and each["locations"] for each in scan["results"])
    assert {each["ruleId"] for each in scan["results"]} <= {
        rule["id"] for rule in scan["tool"]["driver"]["rules"]
    }


def test_sarif_places_are_addresses_and_the_whole_release_is_its_folder(folder: Path) -> None:
    for each in folder.iterdir():
        each.rename(folder / f"a b{each.suffix}")
    (scan,) = json.loads(run(folder, "--sarif").stdout)["runs"]
    places = {
        each["ruleId"]: each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for each in scan["results"]
    }
    assert (places["names.no-source"], places["names.orphan-checksum"]) == (".", "a%20b.sha512")


def test_many_bad_keys_are_counted(folder: Path) -> None:
    keys = folder.parent / "KEYS"
    keys.write_text(keys.read_text() + "\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabcd\n" * 5)
    result = run(folder)
    assert (result.exit_code, "2 more blocks are left out." in result.stderr) == (0, True)


def test_a_bad_key_is_left_out_with_its_reason(folder: Path) -> None:
    keys = folder.parent / "KEYS"
    keys.write_text(keys.read_text() + "\nuid  Ben\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabcd\n")
    result = run(folder)
    assert result.exit_code == 0
    assert "block 2 (Ben) is left out: the block has no END line." in result.stderr


def test_names_inside_archives_cannot_command_the_terminal(folder: Path) -> None:
    evil = [TarMember("example-1.0/\x1b[31mred", mode=0o4755)]
    write_triple(folder, NAME, make_source("example-1.0", evil), TestKey())
    result = run(folder)
    assert "\ufffd[31mred" in result.stdout
    assert "\x1b[31mred" not in result.stdout


def test_many_findings_of_one_rule_are_shortened(folder: Path) -> None:
    many = [TarMember(f"example-1.0/{number}", mode=0o4755) for number in range(25)]
    write_triple(folder, NAME, make_source("example-1.0", many), TestKey())
    assert "and 15 more, which --json shows" in run(folder).stdout


def test_hidden_folders_of_version_control_are_no_part_of_a_release(folder: Path) -> None:
    folder.joinpath(".svn").mkdir()
    folder.joinpath(".svn", "entries").write_text("12")
    assert run(folder).exit_code == 0


def test_what_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert CliRunner().invoke(check, [str(tmp_path / "gone")]).exit_code == 2
    assert CliRunner().invoke(check, []).exit_code == 2


def test_two_files_of_one_name_are_refused(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    other.joinpath(NAME).write_text("other")
    with pytest.raises(Failed, match="Two files have the name"):
        CliRunner().invoke(check, [str(folder), str(other)], catch_exceptions=False)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Examining" not in run(folder).output
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with show_files(2) as report:
        report(2, 2)
    assert "Examining" in terminal.getvalue()
    assert "100%" in terminal.getvalue()


def test_apache_rat_is_asked_when_its_jar_is_named(folder: Path, tmp_path: Path) -> None:
    jar = tmp_path / "rat.jar"
    jar.write_text("old")
    java = Path(__file__).parents[1] / "simulators" / "rat" / "java.sh"
    found = json.loads(run(folder, "--rat", str(jar), "--java", str(java), "--json").stdout)["findings"]
    assert [each["member"] for each in found if each["rule"] == "rat.unapproved"] == ["example-1.0/NOTICE"]
    absent = json.loads(run(folder, "--licence-checker", "rat", "--json").stdout)["findings"]
    assert [each["artifact"] for each in absent if each["rule"] == "rat.absent"] == [NAME]
