# SPDX-License-Identifier: Apache-2.0
"""Ways for mail to leave."""
