# SPDX-License-Identifier: Apache-2.0
"""A check policy from a file: what is read, and what is refused with its reason."""

from pathlib import Path

import pytest

from atr.client.check_policy_file import read_check_policy
from atr.client.failures import Failed
from atr.domain.check_policy import LicenceChecker


def write(folder: Path, text: str) -> Path:
    """Write the file."""
    path = folder / "policy.json"
    path.write_text(text)
    return path


def test_fields_are_read_and_others_keep_their_defaults(tmp_path: Path) -> None:
    text = '{"checks": {"licence_checker": "both", "required_channels": ["npm"], "excluded_globs": ["a/*"]}}'
    policy = read_check_policy(write(tmp_path, text))
    assert (policy.licence_checker, policy.required_channels) == (LicenceChecker.BOTH, ("npm",))
    assert (policy.excluded_globs, policy.licence) == (("a/*",), "Apache-2.0")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no JSON", "is no policy"),
        ("[]", "is no policy"),
        ("{}", "is no policy"),
        ('{"checks": 5}', "is no policy"),
        ('{"checks": {"licence": 5}}', "is no policy"),
        ('{"checks": {"source_globs": "*"}}', "is no policy"),
        ('{"checks": {"licence_checker": "me"}}', "is no policy"),
        ('{"checks": {"colour": "red"}}', "know no field colour"),
        ('{"checks": {"source_globs": []}}', "source_globs: Name at least one pattern"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_reason(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(Failed, match=reason):
        read_check_policy(write(tmp_path, text))
