"""How long people's data is kept, how it is erased, and what its owners may ask."""
