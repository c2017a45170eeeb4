"""Visitors, their codes, and what is known of them."""
