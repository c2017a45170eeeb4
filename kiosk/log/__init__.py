"""This gate as a witness of the server's log: the head it follows, and own entries looked for in it."""
