"""What is drawn from the log, and read instead of it: stays, counts, who is inside."""
