"""What the compliance desk asks, and what it keeps: filters, traces, roll calls, files."""
