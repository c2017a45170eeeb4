"""How kiosks are: their signs of life, their silence, their credentials."""
