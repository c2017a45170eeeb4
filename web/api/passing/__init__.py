"""Passages that staff record, and the paper register."""
