"""Kiosks: as staff look after them, and what they themselves call."""
