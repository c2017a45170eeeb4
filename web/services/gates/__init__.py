"""Kiosks: enrolled, what they pull, what they send."""
