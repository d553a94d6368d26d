# SPDX-License-Identifier: Apache-2.0
"""Jobs: the outbox, what each kind of job runs, and what comes back by the clock."""
