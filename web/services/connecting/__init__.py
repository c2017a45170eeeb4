"""Other programs: tokens, webhooks, what happened for them and its delivery."""
