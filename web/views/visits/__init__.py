"""Announced visits, invitations, and rounds of the doors."""
