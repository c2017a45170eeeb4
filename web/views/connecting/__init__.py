"""Other programs: tokens and webhooks."""
