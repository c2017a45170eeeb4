"""What every page stands on: forms, words, language, times, and what is said when something goes wrong."""
