"""What is asked of the database and written there, a folder for each subject; `scope.py` bounds it all."""
