"""The API for programs, a folder for each subject; `registry.py` binds it."""
