"""What `python -m web` can be told, a module for each subject."""
