"""The test of a printed code at the gate: it is measured, and nobody is registered."""
