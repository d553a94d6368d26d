# SPDX-License-Identifier: Apache-2.0
"""A release from candidate to announced and verified, typed word by word."""

from pathlib import Path

from tests.client.conftest import RELEASE
from tests.support.terminal import Site


def test_a_release_walks_from_candidate_to_announced(released: Site) -> None:
    shown = released.do(None, "release", "show", RELEASE, "--json").data
    assert (shown["phase"], shown["stage"]) == ("released", "current")


def test_what_was_downloaded_is_proven(released: Site, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    released.do(None, "download", RELEASE, "--dir", target, "--with-evidence")
    ended = released.do(None, "verify", target)
    assert "was signed by" in ended.stdout
