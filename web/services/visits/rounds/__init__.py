"""Rounds of the doors by those who look after them, and what the places look like."""
