"""The keys that sign, and those that gates seal people for: made, handed out, changed and withdrawn."""
