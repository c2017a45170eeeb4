"""What is drawn from the log in its order: stays and counts."""
