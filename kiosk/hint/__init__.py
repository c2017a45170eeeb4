"""What would help somebody whose code is in the picture and cannot be read."""
