"""Run by Alembic: migrates over the connection that it is handed, within its transaction."""

from alembic import context

from playground.runs.database.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
