"""Visitors: found, registered, what is known of them, and the keys that sign their codes."""
