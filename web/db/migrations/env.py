"""Alembic's entry: runs the revisions on the connection that `migrate` opened."""

from alembic import context

from web.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=False,
)
with context.begin_transaction():
    context.run_migrations()
