"""The database beneath the store: SQLite or PostgreSQL, its schema and its ways."""
