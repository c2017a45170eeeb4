"""Hypothesis as CI needs it: on a busy machine a slow example is not a fault."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "busy", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("busy")
