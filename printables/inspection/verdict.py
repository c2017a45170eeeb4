"""The name under which the site's opener knows the goal of an inspection."""

from reader.inspection.verdict import Goal

__all__ = ["Goal"]
