"""Texts in view turned into events: whose code each is, and one event for one showing."""
