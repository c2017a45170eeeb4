"""A passage: whom it is about, the one decision, its entry; and what would be decided."""
