# SPDX-License-Identifier: Apache-2.0
"""Secrets on the wire: they are sent and never answered, shown or remembered."""

from typing import Annotated

from pydantic import PlainSerializer, SecretStr, SerializationInfo

REMEMBERED = "remembered"
"""What a dump is for when its text is kept: secrets are left out of it."""


def _write_secret(secret: SecretStr, info: SerializationInfo[str | None]) -> str:
    return str(secret) if info.context == REMEMBERED else secret.get_secret_value()


SecretText = Annotated[SecretStr, PlainSerializer(_write_secret, return_type=str)]
"""A secret; only who sends it writes it out."""
