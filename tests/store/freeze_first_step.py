"""How is the first migration written? This prints tables.py as frozen SQL; before the first release only."""

from __future__ import annotations

import re
import textwrap

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from app.store.tables import metadata

HEAD = '''"""The first tables.

Frozen as they were on the first day: later changes of app/store/tables.py are steps of their own. SQL that SQLite and PostgreSQL
read alike, but for the type of bytes.

Revision ID: 20261121_first_tables
Revises:
"""

from __future__ import annotations

from alembic import op

revision = "20261121_first_tables"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
'''
TAIL = ''')


def upgrade() -> None:
    """Make every table of the first release."""
    kind = "BYTEA" if op.get_bind().dialect.name == "postgresql" else "BLOB"
    for statement in STATEMENTS:
        op.execute(statement.replace("{bytes}", kind))


def downgrade() -> None:
    """There is nothing before the first tables: start an empty database instead."""
    raise NotImplementedError("the first tables have nothing to go back to")
'''


def _frozen(sql: str) -> str:
    text = re.sub(r"\s+", " ", sql).strip().replace("( ", "(").replace(" )", ")").replace(" ,", ",")
    # autoincrement=False columns are plain INTEGER keys in both; BLOB is the one type that differs
    return re.sub(r"\bBLOB\b", "{bytes}", text)


def main() -> None:
    """Print the migration."""
    print(HEAD, end="")
    for table in metadata.sorted_tables:
        for element in (CreateTable(table), *(CreateIndex(i) for i in sorted(table.indexes, key=lambda i: str(i.name)))):
            sql = _frozen(str(element.compile(dialect=sqlite.dialect())))
            print('    """' + textwrap.fill(sql, 130, subsequent_indent="    ", break_long_words=False) + '""",')
    print(TAIL, end="")


if __name__ == "__main__":
    main()
