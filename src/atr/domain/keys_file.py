# SPDX-License-Identifier: Apache-2.0
"""The `KEYS` file of a project: every attached key as armored text under a header that people can read."""

from collections.abc import Iterable

from atr.domain.key import SigningKey

_PREAMBLE = """\
This file holds the public keys that sign releases of {project}.

Import them with:         gpg --import KEYS
Verify a release with:    gpg --verify FILE.asc FILE
"""


def write_keys_file(project: str, keys: Iterable[SigningKey]) -> bytes:
    """Return the file; the same keys always give the same bytes."""
    blocks = [_write_block(each) for each in sorted(keys, key=lambda each: each.fingerprint)]
    return "\n".join([_PREAMBLE.format(project=project), *blocks]).encode()


def _write_block(signing_key: SigningKey) -> str:
    key = signing_key.key
    ends = f"  expires {key.expires_at:%Y-%m-%d}" if key.expires_at else ""
    lines = [
        f"pub   {key.type}  {key.created_at:%Y-%m-%d}{ends}{'  REVOKED' if signing_key.is_revoked() else ''}",
        f"      {key.fingerprint.upper()}",
        *(f"uid   {' '.join(user_id.split())}" for user_id in key.user_ids),
    ]
    # A line of dashes in a user id could pass for the beginning of a key.
    readable = [line.replace("-----", "- - -") for line in lines]
    return "\n".join([*readable, "", key.armored.strip(), ""])
