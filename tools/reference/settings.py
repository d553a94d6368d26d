# SPDX-License-Identifier: Apache-2.0
"""The page on the settings, from their declarations."""

from atr.config import SettingDescription, describe_settings
from tools.reference.page import format_table

INTRODUCTION = """\
# Settings

Each setting is read once at the start: from its environment variable, or else from the TOML file under its
name in the first column. Secrets never appear in a log, an error or a listing.
"""


def render_settings() -> str:
    """Return the page: one line a setting."""
    head = ("setting", "environment variable", "type", "default", "meaning")
    return f"{INTRODUCTION}\n{format_table(head, map(list_cells, describe_settings()))}"


def list_cells(setting: SettingDescription) -> tuple[str, ...]:
    """Return one line of the table."""
    kind = f"{setting.type} (secret)" if setting.secret and setting.type != "secret" else setting.type
    return (f"`{setting.name}`", f"`{setting.variable}`", kind, setting.default, setting.meaning)
