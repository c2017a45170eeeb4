"""How statements are put: prepared once, many rows at a time, with nothing a database cannot hold."""
