"""On PostgreSQL, a table for each month, and what deleted rows leave behind."""
