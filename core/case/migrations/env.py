"""Alembic's entry: runs the scripts on the connection that `core.case.database.migrate` hands over."""

from __future__ import annotations

from alembic import context

from core.case.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
