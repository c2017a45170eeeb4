"""Enterprises, venues and entrances from a table: read, planned, done, taken back."""
