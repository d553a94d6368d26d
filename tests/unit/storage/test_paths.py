# SPDX-License-Identifier: Apache-2.0
"""Joining names to a folder."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import lists, sampled_from

from atr.domain.errors import Invalid
from atr.storage.paths import join_inside

ROOT = Path("/root/folder")


@pytest.mark.parametrize("relative", ["", "/etc", "a/../b", "..", ".", "a//b", "a/", "a\0b"])
def test_what_could_lead_out_is_refused(relative: str) -> None:
    with pytest.raises(Invalid, match="does not stay inside"):
        join_inside(ROOT, relative)


@given(lists(sampled_from(["a", "b.c", "..", ".", "", "...", "~", "x y"]), max_size=5))
def test_whatever_is_joined_stays_inside(segments: list[str]) -> None:
    try:
        path = join_inside(ROOT, "/".join(segments))
    except Invalid:
        return
    assert path.resolve().is_relative_to(ROOT)
    assert path != ROOT
