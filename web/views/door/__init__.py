"""What a visitor's phone opens: a poster, an invitation, one's own code, and what is kept about people."""
