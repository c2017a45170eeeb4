"""Areas, enterprises, venues, entrances and the liaisons who look after them."""
