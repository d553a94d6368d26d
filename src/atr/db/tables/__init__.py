# SPDX-License-Identifier: Apache-2.0
"""Tables, private to `atr.db`: one module a subject."""
