"""How an operation is declared, called, repeated, paged and refused."""
