"""Prints of what a table names."""
