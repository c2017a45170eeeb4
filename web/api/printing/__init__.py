"""Prints of one thing and of many."""
