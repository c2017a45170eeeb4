"""Posters: applied for, issued, hung up, used, withdrawn."""
