"""Print jobs, and the entrances that can be chosen for printing."""
