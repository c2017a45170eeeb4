"""Policies, and what they would decide about anybody."""
