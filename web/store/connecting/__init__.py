"""Other programs: their tokens, and webhooks with their deliveries."""
