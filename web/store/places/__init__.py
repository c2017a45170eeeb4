"""Areas, enterprises, venues, entrances, their posters, pictures and liaisons."""
