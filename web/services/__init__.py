"""What the site does, a folder for each subject; `installation.py` is what every service is handed."""
