"""What does not fit together: found, told to a person, settled; and what could not be taken."""
