"""Whose certificates a gate believes."""

from __future__ import annotations

import ssl

import httpx


def trusted() -> ssl.SSLContext:
    """The authorities of certifi and those of the machine: a park may have one of its own."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context
