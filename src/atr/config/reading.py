# SPDX-License-Identifier: Apache-2.0
"""Settings from, in order of weight, the command line, the environment and one TOML file."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from atr.config.declaration import Declaration
from atr.config.settings import Settings, list_declarations, name_variable
from atr.domain.errors import Invalid, Problem

FILE_NAME = "atr.toml"
FILE_VARIABLE = "ATR_CONFIG"
# The client's own variables, which share the prefix.
OTHER_VARIABLES = frozenset({FILE_VARIABLE, "ATR_URL", "ATR_TOKEN", "ATR_LOGIN_FILE"})


@dataclass(frozen=True, slots=True)
class _Given:
    """A value as somebody wrote it, and where."""

    place: str
    value: object
    in_file: bool = False


_Found = dict[str, _Given]


def load_settings(
    environ: Mapping[str, str] | None = None, overrides: Mapping[str, object] | None = None
) -> Settings:
    """Return the settings; raise Invalid with every unknown name and every unusable value.

    `overrides` come from the command line by setting name; None stands for not given. Every secret can be
    kept in a file of its own, named by the variable or key with `_FILE` or `_file` at its end.
    """
    problems: list[Problem] = []
    given = {name: _Given(name, value) for name, value in (overrides or {}).items() if value is not None}
    environ = os.environ if environ is None else environ
    found = _read_environment(environ, problems) | given
    path = _choose_file(found, environ)
    found = _read_file(path, problems) | found
    values = _read_values(found, problems)
    if problems:
        raise Invalid(*problems)
    return _resolve_paths(Settings(**values))  # type: ignore[arg-type]


def _read_environment(environ: Mapping[str, str], problems: list[Problem]) -> _Found:
    known = {name_variable(name): name for name in _list_keys()}
    found: _Found = {}
    for variable in sorted(environ):
        if not variable.startswith("ATR_") or variable in OTHER_VARIABLES:
            continue
        name = known.get(variable)
        if name is None:
            problems.append(_explain_unknown(variable, known))
        else:
            _keep(found, name, _Given(variable, environ[variable]), problems)
    return found


def _choose_file(found: _Found, environ: Mapping[str, str]) -> Path | None:
    named = environ.get(FILE_VARIABLE)
    if named:
        return Path(named).expanduser()
    data = found.get("data_dir")
    folder = Settings().data_dir if data is None else Path(str(data.value)).expanduser()
    path = folder / FILE_NAME
    return path if path.is_file() else None


def _read_file(path: Path | None, problems: list[Problem]) -> _Found:
    if path is None:
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(FILE_VARIABLE, f"The settings file {path} cannot be read: {error}."))
        return {}
    keys = _list_keys()
    found: _Found = {}
    for key, value in content.items():
        if key in keys:
            _keep(found, key, _Given(f"{key} in {path}", value), problems)
        else:
            problems.append(_explain_unknown(key, keys))
    return found


def _list_keys() -> dict[str, str]:
    """Return every key that may be written, among them a `_file` key for each secret."""
    secrets = [name for name, declared in list_declarations().items() if declared.kind.secret]
    return {name: name for name in [*list_declarations(), *(f"{name}_file" for name in secrets)]}


def _keep(found: _Found, key: str, given: _Given, problems: list[Problem]) -> None:
    name = key if key in list_declarations() else key.removesuffix("_file")
    if name in found:
        problems.append(Problem(name, f"{found[name].place} and {given.place} exclude each other."))
    found[name] = _Given(given.place, given.value, in_file=key != name)


def _explain_unknown(key: str, known: Mapping[str, str]) -> Problem:
    close = difflib.get_close_matches(key, known, n=3, cutoff=0.6)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    return Problem(key, f"There is no setting {key}.{hint}")


def _read_values(found: _Found, problems: list[Problem]) -> dict[str, object]:
    declarations = list_declarations()
    values: dict[str, object] = {}
    for name, given in found.items():
        try:
            values[name] = _read_value(given, declarations[name])
        except ValueError as error:
            problems.append(Problem(name, f"{given.place} must be {error}."))
        except OSError as error:
            problems.append(Problem(name, f"{given.place} names a file that cannot be read: {error}."))
    return values


def _read_value(given: _Given, declared: Declaration) -> object:
    if not given.in_file:
        return declared.read(given.value)
    return declared.read(Path(str(given.value)).expanduser().read_text(encoding="utf-8"))


def _resolve_paths(settings: Settings) -> Settings:
    data_dir = settings.data_dir.absolute()
    values = {each.name: getattr(settings, each.name) for each in fields(settings)}
    under_data = {name for name, declared in list_declarations().items() if declared.under_data}
    resolved = {name: data_dir / value for name, value in values.items() if name in under_data}
    return Settings(**values | resolved | {"data_dir": data_dir})
