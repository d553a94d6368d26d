# SPDX-License-Identifier: Apache-2.0
"""The command line over HTTP; `atr check` works without a server."""
