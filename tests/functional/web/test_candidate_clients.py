# SPDX-License-Identifier: Apache-2.0
"""Candidates installed by the clients that people have: pip, npm, skopeo, and Maven's way of fetching."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from atr.services.door import Door
from atr.services.surroundings import Surroundings
from atr.web.app import create_app
from atr.web.parts import WebParts
from tests.support.candidates import JAR, LAYOUT, WHEEL, make_files, seal_packages
from tests.support.door import RecordedQueue
from tests.support.playground import make_project
from tests.support.server import serve_app
from tests.support.voting import make_bench

FILES = make_files()
SECONDS = 60
ROOT = "candidates/demo/main/1.0"


@pytest.fixture
def served(door: Door, surroundings: Surroundings, queue: RecordedQueue, website: WebParts) -> Iterator[str]:
    make_project(door)
    seal_packages(make_bench(door, surroundings, queue), FILES)
    with serve_app(lambda url: create_app(replace(website, public_url=url))) as url:
        yield url


def run(*words: str, folder: Path, **environment: str) -> str:
    inherited = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    done = subprocess.run(
        words,
        cwd=folder,
        env={**inherited, "HOME": str(folder), "NO_PROXY": "127.0.0.1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_pip_downloads_and_installs_the_voted_bytes(served: str, tmp_path: Path) -> None:
    pip = (sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "--no-cache-dir")
    index = f"{served}/{ROOT}/simple/"
    run(*pip, "download", "--index-url", index, "--no-deps", "Sample_Tool==1.0", folder=tmp_path)
    assert (tmp_path / WHEEL).read_bytes() == FILES[WHEEL]
    run(*pip, "install", "--index-url", index, "--target", "installed", "sample-tool", folder=tmp_path)
    assert (tmp_path / "installed" / "sample_tool.py").read_bytes() == b"ANSWER = 42\n"


def test_npm_installs_plain_and_scoped_packages_and_says_that_they_are_candidates(
    served: str, tmp_path: Path
) -> None:
    registry = f"--registry={served}/{ROOT}/npm/"
    (tmp_path / "package.json").write_text("{}")
    said = run(
        "npm", "install", "--no-audit", "sample-tool", "@sample/scope@1.0.0", registry, folder=tmp_path
    )
    assert "Candidate, not a release" in said
    for name in ("sample-tool", "@sample/scope"):
        assert (tmp_path / "node_modules" / name / "index.js").read_text() == "module.exports = 42\n"
    locked = json.loads((tmp_path / "package-lock.json").read_text())["packages"]
    assert locked["node_modules/sample-tool"]["bin"] == {"sample-tool": "index.js"}


def test_skopeo_copies_an_image_of_several_architectures(served: str, tmp_path: Path) -> None:
    source = f"docker://{served.removeprefix('http://')}/{ROOT}/sample"
    (tmp_path / "policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    skopeo = ("skopeo", "--policy", "policy.json")
    for tag in ("1.0-rc1", "1.0"):
        told = run(*skopeo, "inspect", "--raw", "--tls-verify=false", f"{source}:{tag}", folder=tmp_path)
        assert len(json.loads(told)["manifests"]) == 2
    copied = "--all", "--src-tls-verify=false", f"{source}:1.0", "dir:copied"
    run(*skopeo, "copy", *copied, folder=tmp_path)
    blobs = [path for path in (tmp_path / "copied").iterdir() if len(path.name) == 64]
    assert blobs
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in blobs)
    assert all(path.read_bytes() in FILES[LAYOUT] for path in blobs)


def test_a_build_fetches_the_way_maven_does(served: str) -> None:
    with httpx2.Client(base_url=f"{served}/{ROOT}/maven/org/example/sample/sample-core/") as client:
        metadata = client.get("maven-metadata.xml")
        assert "<release>1.0</release>" in metadata.text
        for algorithm in ("sha1", "md5", "sha256", "sha512"):
            told = client.get(f"maven-metadata.xml.{algorithm}").text
            assert told == hashlib.new(algorithm, metadata.content).hexdigest()
        for path in ("1.0/sample-core-1.0.jar", "1.0/sample-core-1.0.pom"):
            data = client.get(path).content
            for algorithm in ("sha1", "sha512"):
                assert client.get(f"{path}.{algorithm}").text == hashlib.new(algorithm, data).hexdigest()
        assert client.get("1.0/sample-core-1.0.jar").content == FILES[JAR]
        assert client.get("1.0/sample-core-1.0.jar.asc").content == b"its signature"
        assert client.get("1.0/sample-core-1.0.war").status_code == 404
