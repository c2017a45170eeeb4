"""The texts in a picture, read by `reader` in a watched child process that may be killed at any time."""
