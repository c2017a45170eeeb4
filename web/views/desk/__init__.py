"""The compliance desk: search, figures, inside now, traces, watching, exports."""
