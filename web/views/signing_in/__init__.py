"""Signing in, out, and looking after the proofs by which one does."""
