# SPDX-License-Identifier: Apache-2.0
"""The time, injected."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]  # returns the current moment in UTC
