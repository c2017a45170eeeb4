"""What the screen shows, and the pages and addresses by which it is shown on this machine."""
