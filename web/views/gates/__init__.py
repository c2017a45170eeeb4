"""Kiosks: the fleet, their settings, and what they themselves call."""
