"""Signing in: passwords, second factors, providers, sessions, and what slows guessing down."""
