"""The computer that a kiosk runs on: its clocks, its files, its service manager, and who this kiosk is."""
