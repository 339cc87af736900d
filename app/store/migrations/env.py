"""How does Alembic reach the database? On the connection that `app.store.migrate` has opened and locked."""

from __future__ import annotations

from alembic import context

from app.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,  # SQLite can alter a table only by copying it
)
context.run_migrations()
