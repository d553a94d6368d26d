# SPDX-License-Identifier: Apache-2.0
"""Files that hold fields: JSON, TOML or YAML, told apart by their endings."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

from atr.client.failures import Failed


def read_fields(path: Path) -> dict[str, object]:
    """Return the fields of a file; raise Failed without repeating what stands in it, for it may be secret."""
    form, parse = _find_form(path)
    try:
        found = parse(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        raise Failed(f"{path} cannot be read as {form}.") from None
    if not isinstance(found, dict):
        raise Failed(f"{path} holds no fields.")
    return {str(name): value for name, value in found.items()}


def _find_form(path: Path) -> tuple[str, Callable[[str], object]]:
    match path.suffix.lower():
        case ".yaml" | ".yml":
            return "YAML", _parse_yaml
        case ".toml":
            return "TOML", tomllib.loads
        case _:
            return "JSON", json.loads


def _parse_yaml(text: str) -> object:
    try:
        # Not part of a bare client, and slow to import.
        import yaml  # noqa: PLC0415
    except ModuleNotFoundError:
        raise Failed("This client reads JSON and TOML; for YAML: pip install pyyaml") from None
    try:
        found: object = yaml.safe_load(text)
    except yaml.YAMLError:
        raise ValueError("no YAML") from None
    return found
