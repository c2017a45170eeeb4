"""The log: a venue's, its public files, and the proof of an entry."""
