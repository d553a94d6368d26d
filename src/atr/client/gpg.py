# SPDX-License-Identifier: Apache-2.0
"""Signing with the person's own GnuPG; ATR itself never sees a private key."""

import shutil
import subprocess

from atr.client.failures import Failed
from atr.domain.names import Fingerprint


def sign_with_gpg(fingerprint: Fingerprint, text: str) -> str:
    """Return an armored detached signature over the text; gpg asks for the passphrase itself."""
    program = shutil.which("gpg")
    if program is None:
        raise Failed("There is no gpg on this machine: sign the text elsewhere, then use --answer.")
    command = [program, "--local-user", fingerprint, "--armor", "--detach-sign"]
    ended = subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE, check=False)  # noqa: S603
    if ended.returncode:
        raise Failed(f"gpg did not sign with {fingerprint}; it says why above.")
    return ended.stdout.decode()
