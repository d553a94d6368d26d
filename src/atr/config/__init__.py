# SPDX-License-Identifier: Apache-2.0
"""What the operator decides: read once at start, then passed on as one frozen value."""

from atr.config.master_secret import provide_master_secret
from atr.config.reading import load_settings
from atr.config.secret import Secret
from atr.config.settings import SettingDescription, Settings, describe_settings

__all__ = [
    "Secret",
    "SettingDescription",
    "Settings",
    "describe_settings",
    "load_settings",
    "provide_master_secret",
]
