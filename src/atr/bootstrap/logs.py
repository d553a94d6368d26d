# SPDX-License-Identifier: Apache-2.0
"""Logs: one line an occurrence, to stderr, with structure and without secrets."""

import logging
import sys

import structlog

_QUIET = ("alembic", "httpx2", "httpcore2", "procrastinate", "uvicorn.access", "uvicorn.error", "botocore")


def set_up_logs(level: int = logging.INFO) -> None:
    """Send everything through structlog; libraries only speak up when something is wrong."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    final: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=True)
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                final,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
