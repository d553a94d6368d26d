# SPDX-License-Identifier: Apache-2.0
"""Making a key and signing a file, for the demo and for tests; a release manager uses their own program."""

from pathlib import Path

from pysequoia import SignatureMode, Tsk, sign_file


class SecretKey:
    """A fresh secret key in memory; it is never written down by this class."""

    def __init__(self, user_id: str, validity_seconds: int | None = None) -> None:
        """Make an Ed25519 key with a signing subkey for `NAME <ADDRESS>`."""
        self._secret = Tsk.generate(user_id, validity_seconds=validity_seconds)
        self._public = self._secret.extract_certificate()

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the primary key."""
        return self._public.fingerprint

    @property
    def public_armor(self) -> str:
        """Return the public key, armored."""
        return str(self._public)

    def revoke(self) -> str:
        """Return the public key with its own revocation, armored."""
        revocation = self._public.revoke(certifier=self._secret.certifier())
        return str(type(self._public).from_bytes(bytes(self._public) + bytes(revocation)))

    def sign(self, path: Path) -> Path:
        """Write a detached armored signature beside the file and return its path."""
        target = path.with_name(f"{path.name}.asc")
        sign_file(self._secret.signer(), path, target, mode=SignatureMode.DETACHED)
        return target
