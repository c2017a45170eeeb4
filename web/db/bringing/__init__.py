"""Bringing a database to today's schema, and its rows from one database to another."""
