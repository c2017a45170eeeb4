"""The gate itself: a code or an act is judged, kept in the spool, and only then answered."""
