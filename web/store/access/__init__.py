"""Staff: accounts, roles, sessions, proofs that failed, and whose data was looked at."""
