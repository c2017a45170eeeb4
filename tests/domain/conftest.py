"""Hypothesis as CI needs it: on a busy machine a slow example is not a fault."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "busy", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
# Where thousands of mutants of the code are tried, ten examples find most of what fifty would, and nobody
# reads the smallest example of a failure (docs/testing.md).
settings.register_profile(
    "mutants", settings.get_profile("busy"), max_examples=10, database=None,
    phases=(Phase.explicit, Phase.generate),
)  # fmt: skip
settings.load_profile("mutants" if "MUTATION_RUN" in os.environ else "busy")
