"""Announced visits, invitations, rounds of the doors."""
