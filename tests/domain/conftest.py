"""Hypothesis as CI needs it: on a busy machine a slow example is not a fault."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Where thousands of mutants of the code are tried, ten examples find what fifty would (docs/testing.md).
_EXAMPLES = 10 if "MUTATION_RUN" in os.environ else 50

settings.register_profile(
    "busy",
    max_examples=_EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("busy")
