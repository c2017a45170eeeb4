"""Who asks, whether they may, how often, and what a browser carries for us without being believed."""
