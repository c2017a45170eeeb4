"""Kiosks, what they are told, and what they sent."""
