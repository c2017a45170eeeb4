"""What the compliance desk asks, a folder for each question, and the deeds that say who asked."""
