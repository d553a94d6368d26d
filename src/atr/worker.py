# SPDX-License-Identifier: Apache-2.0
"""The worker as a module, for process managers: `python -m atr.worker`."""

from atr.bootstrap.database import find_database_url
from atr.bootstrap.logs import set_up_logs
from atr.bootstrap.worker import run_worker_process
from atr.config import load_settings


def main() -> None:
    """Carry out jobs until SIGTERM or SIGINT."""
    set_up_logs()
    settings = load_settings()
    run_worker_process(settings, find_database_url(settings))


if __name__ == "__main__":
    main()
