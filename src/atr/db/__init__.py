# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL: tables, one repository a subject, migrations, and the embedded server."""
