# SPDX-License-Identifier: Apache-2.0
"""What the tests of the command line begin with: a project, and a candidate's files on this machine."""

from pathlib import Path

import pytest

from tests.support.archives import make_source, write_triple
from tests.support.keys import TestKey
from tests.support.playground import make_project
from tests.support.terminal import Site

RELEASE = "demo/1.0"
NAME = "demo-1.0.tar.gz"


@pytest.fixture
def signer() -> TestKey:
    """Return the release manager's key."""
    return TestKey()


@pytest.fixture
def dist(tmp_path: Path, signer: TestKey) -> Path:
    """Return a folder with an archive that every check is content with, its signature and its checksum."""
    folder = tmp_path / "dist"
    folder.mkdir()
    write_triple(folder, NAME, make_source("demo-1.0"), signer)
    return folder


@pytest.fixture
def project(site: Site, signer: TestKey, tmp_path: Path) -> Site:
    """Return the site with a project whose release manager has a key, and votes that end by count."""
    make_project(site.door)
    key = tmp_path / "rm.asc"
    key.write_text(signer.armored)
    policy = tmp_path / "policy.json"
    policy.write_text('{"min_hours": 0}')
    site.do("rm", "key", "add", key, "--project", "demo")
    site.do("alice", "project", "policy", "set", "demo", policy)
    return site


@pytest.fixture
def candidate(project: Site, dist: Path) -> Site:
    """Return the site with an examined candidate."""
    project.do("rm", "release", "create", RELEASE)
    project.do("rm", "upload", RELEASE, "--dir", dist)
    return project


@pytest.fixture
def sealed(candidate: Site) -> Site:
    """Return the site with a candidate that can be voted on."""
    candidate.do("rm", "evaluate", RELEASE)
    return candidate


@pytest.fixture
def released(sealed: Site) -> Site:
    """Return the site with a release that was voted on, published and announced."""
    sealed.do("rm", "vote", "start", RELEASE)
    for voter in ("alice", "bob", "carol"):
        sealed.do(voter, "vote", "cast", RELEASE, "+1")
    sealed.do("rm", "announce", RELEASE)
    return sealed
