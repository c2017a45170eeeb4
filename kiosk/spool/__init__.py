"""Every entry, committed to the disk before the gate says a word, and kept until the server has it."""
