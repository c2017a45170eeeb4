"""The log: its order, its heads, proofs, and checks of all of it."""
