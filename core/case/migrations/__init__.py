"""Alembic scripts. They run on a backup first; a case of a newer version is refused."""
