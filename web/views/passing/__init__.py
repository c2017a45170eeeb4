"""A passage by hand at an entrance, and the paper register."""
