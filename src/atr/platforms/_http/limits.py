# SPDX-License-Identifier: Apache-2.0
"""How long, how often and how much."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take.

    Waits are in seconds: `first_wait` doubles up to `longest_wait` between attempts; a registry that asks for
    more than `longest_wait` is left alone, and believed up to `most_patience`. `whole_seconds` is for answers
    that are read whole (at most `largest_answer` bytes); streams of files must keep `slowest_rate` (bytes a
    second) once `silence_seconds` have passed. A registry may think about an upload for `digesting_seconds`.
    """

    connect_seconds: float = 10.0
    silence_seconds: float = 60.0
    whole_seconds: float = 120.0
    digesting_seconds: float = 600.0
    slowest_rate: int = 4096
    attempts: int = 4
    first_wait: float = 0.2
    longest_wait: float = 5.0
    most_patience: float = 3600.0
    largest_answer: int = 64 << 20
    most_redirects: int = 5


LIMITS = Limits()


class Traffic:
    """Bytes of bodies and numbers of requests so far, so that tests can prove what was not sent."""

    __slots__ = ("received", "requests", "sent")

    def __init__(self) -> None:
        self.requests = 0
        self.sent = 0
        self.received = 0
