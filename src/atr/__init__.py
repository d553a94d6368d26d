# SPDX-License-Identifier: Apache-2.0
"""ATR: the platform on which the committees of a software foundation make official releases."""
