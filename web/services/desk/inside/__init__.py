"""Who is inside: counted, listed, swept out by a guard, called by roll."""
