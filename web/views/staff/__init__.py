"""Who looks after what, and the links by which staff begin."""
