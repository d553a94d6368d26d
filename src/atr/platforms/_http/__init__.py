# SPDX-License-Identifier: Apache-2.0
"""HTTP as every adapter speaks it: limited in addresses, time, size and retries, and silent about secrets."""

from atr.platforms._http.answers import Answer
from atr.platforms._http.client import Authorize, RegistryClient, SendOptions
from atr.platforms._http.limits import LIMITS, Limits, Traffic

__all__ = ["LIMITS", "Answer", "Authorize", "Limits", "RegistryClient", "SendOptions", "Traffic"]
