"""What is kept how long, what is due, and what is erased."""
