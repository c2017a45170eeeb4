"""Ways to a database: engines, one writer, one process, turns, leases, a replica."""
