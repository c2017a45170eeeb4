"""Visitors, what is known of them, their own data, and the keys that sign their codes."""
