"""Silent and strange codes, and what is done about them."""
