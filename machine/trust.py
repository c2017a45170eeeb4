"""Whose certificates are believed: a site's by its gates, a provider's and a receiver's by the site."""

from __future__ import annotations

import ssl

import httpx


def trusted() -> ssl.SSLContext:
    """The authorities of certifi and those of the machine: a park may have one of its own."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context
