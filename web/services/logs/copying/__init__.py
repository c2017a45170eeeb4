"""Copies of the log for an auditor: its leaves, hashes, keys and a signed head as files."""
