"""What of a person stays on a gate's disk: parts sealed to the server, and tags that name nobody."""
