"""Policies: edited, inherited, in versions, in words."""
