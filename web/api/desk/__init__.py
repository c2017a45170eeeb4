"""What the compliance desk asks: entries, figures, who is inside, traces, files, the inbox."""
