"""How long data is kept, and what people asked for."""
