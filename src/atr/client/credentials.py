# SPDX-License-Identifier: Apache-2.0
"""Which server, and who is asking: the environment first, then what `atr login` remembered."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs

DEFAULT_URL = "http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class Login:
    """A server's address and the token to show it."""

    url: str
    token: str | None = None

    def __repr__(self) -> str:
        return f"Login(url={self.url!r}, token={'...' if self.token else None})"


def find_login() -> Login:
    """Return the login in force; without a remembered token reading still works."""
    remembered = _read_file()
    url = _tidy(os.environ.get("ATR_URL") or (remembered.url if remembered else DEFAULT_URL))
    token = os.environ.get("ATR_TOKEN")
    if not token and remembered is not None and _tidy(remembered.url) == url:
        token = remembered.token
    return Login(url, token or None)


def recall_login() -> Login | None:
    """Return what `atr login` remembered, whatever the environment says."""
    return _read_file()


def remember_login(login: Login) -> Path:
    """Keep the login in a file that only its owner can read; return the file."""
    path = _find_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(file.fileno(), 0o600)
        json.dump(asdict(login), file)
    fresh.replace(path)
    return path


def forget_login() -> None:
    """Remove what was remembered."""
    _find_file().unlink(missing_ok=True)


def _tidy(url: str) -> str:
    return url.strip().rstrip("/")


def _find_file() -> Path:
    return Path(os.environ.get("ATR_LOGIN_FILE") or platformdirs.user_config_path("atr") / "login.json")


def _read_file() -> Login | None:
    try:
        kept = json.loads(_find_file().read_text())
        return Login(kept["url"], kept["token"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
