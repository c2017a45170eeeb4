"""All tables, a module for each subject."""
