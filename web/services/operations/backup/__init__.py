"""Backups: made beside the running site, sealed, verified by bringing them back."""
