"""What the gate was told and trusts: the newest signed bundle, and the visitors known to it."""
