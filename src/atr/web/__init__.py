# SPDX-License-Identifier: Apache-2.0
"""Pages and the JSON API: two doors to the same commands and queries."""
