"""Prints of one thing and of many, and checks of what was printed."""
