"""The log's order, hashes and checkpoints, and the log read whole."""
