"""Prints of one thing and of many: ordered, drawn, kept, checked."""
