"""The commands of `python -m kiosk`, one module each."""
