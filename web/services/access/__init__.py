"""Who holds which role, how staff are invited, the right that services ask for, who looked."""
