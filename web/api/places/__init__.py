"""Areas, venues, posters, liaisons, pictures, and tables of places."""
