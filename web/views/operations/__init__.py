"""How the site is, for whoever runs it: health, and figures for Prometheus."""
