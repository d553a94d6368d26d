# SPDX-License-Identifier: Apache-2.0
"""The server and `atr check` say the same of the same files, in the same order."""

import json
from pathlib import Path

from click.testing import CliRunner

from atr.client.commands.check import check
from tests.client.conftest import NAME, RELEASE
from tests.support.archives import LEGAL, TarMember, make_tar_gz, make_zip, write_triple
from tests.support.keys import TestKey
from tests.support.terminal import Site

# Who owns a key, and who uploaded the files, is known to the server alone.
KNOWN_TO_THE_SERVER = {"signature.owner-unproven", "signature.not-uploader"}
ROOT = "demo-1.0"
CLASS = b"\xca\xfe\xba\xbe\0\0\0\x41" + bytes(64)


def write_faulty_release(folder: Path, signer: TestKey) -> None:
    """Write a release in which something is wrong wherever checks look."""
    files = {
        "LICENSE": LEGAL["LICENSE"],
        "NOTICE": b"Copyright 2026 nobody\n",
        "src/Main.java": b"class Main {\n  int a;\n  int b;\n  int c;\n  int d;\n}\n" * 4,
        "src/Main.class": CLASS,
        "src/data.bin": bytes(range(256)) * 4,
        "keys/server.pem": b"-----BEGIN PRIVATE KEY-----\n"
        + b"TUlJRXZR" * 40
        + b"\n-----END PRIVATE KEY-----\n",
        "._junk": b"\0",
        "lib/inner.jar": make_zip({"A.class": CLASS, "META-INF/LICENSE": b"GPL"}),
    }
    members = [TarMember(f"{ROOT}/{name}", content) for name, content in files.items()]
    members.append(TarMember(f"{ROOT}/SRC/main.java", b"int x;\n"))
    write_triple(folder, NAME, make_tar_gz(*members), signer)
    zipped = {f"{ROOT}/{name}": content for name, content in files.items() if not name.endswith(".bin")}
    write_triple(folder, "demo-1.0.zip", make_zip(zipped), signer)
    folder.joinpath("demo-1.0.zip.sha512").write_text(f"{'0' * 128}  demo-1.0.zip\n")
    write_triple(folder, "demo-0.9.jar", make_zip({"A.class": CLASS}), TestKey())
    folder.joinpath("demo-1.0.rpm").write_bytes(b"\xed\xab\xee\xdb")
    folder.joinpath("demo-1.0.tar.gz.md5").write_text("0\n")


def place(finding: dict[str, object]) -> tuple[object, ...]:
    """Return what both must agree upon."""
    return tuple(
        json.dumps(finding[name], sort_keys=True)
        for name in ("rule", "severity", "artifact", "member", "message", "data")
    )


def test_server_and_offline_check_agree_on_a_faulty_release(
    project: Site, signer: TestKey, dist: Path, tmp_path: Path
) -> None:
    write_faulty_release(dist, signer)
    project.do("rm", "release", "create", RELEASE)
    project.do("rm", "upload", RELEASE, "--dir", dist)
    online = json.loads(project.do("rm", "checks", RELEASE, "--json").stdout)["findings"]
    keys = tmp_path / "KEYS"
    keys.write_text(signer.armored)
    words = [str(dist), "--keys", str(keys), "--version", "1.0", "--json"]
    offline = json.loads(CliRunner().invoke(check, words).stdout)["findings"]
    told = [place(each) for each in online if each["rule"] not in KNOWN_TO_THE_SERVER]
    assert told == [place(each) for each in offline if each["rule"] not in KNOWN_TO_THE_SERVER]
    assert len({rule for rule, *_ in told}) > 15


def test_a_voter_s_checks_go_by_the_project_s_policy(
    project: Site, signer: TestKey, dist: Path, tmp_path: Path
) -> None:
    write_faulty_release(dist, signer)
    changed = tmp_path / "checks.json"
    changed.write_text('{"checks": {"binary_globs": ["*.zip"], "excluded_globs": ["src/*"]}}')
    project.do("alice", "project", "policy", "set", "demo", changed)
    project.do("rm", "release", "create", RELEASE)
    project.do("rm", "upload", RELEASE, "--dir", dist)
    online = json.loads(project.do("rm", "checks", RELEASE, "--json").stdout)["findings"]
    policy, keys = tmp_path / "policy.json", tmp_path / "KEYS"
    policy.write_text(project.do("rm", "project", "policy", "show", "demo", "--json").stdout)
    keys.write_text(signer.armored)
    words = [str(dist), "--keys", str(keys), "--version", "1.0", "--json"]
    told = [place(each) for each in online if each["rule"] not in KNOWN_TO_THE_SERVER]
    for file, is_same in ((policy, True), (changed, True), (None, False)):
        more = ["--policy", str(file)] if file else []
        offline = json.loads(CliRunner().invoke(check, [*words, *more]).stdout)["findings"]
        found = [place(each) for each in offline if each["rule"] not in KNOWN_TO_THE_SERVER]
        assert (found == told) is is_same
