"""A kiosk is enrolled, hands over what it could not send, and is wiped when it goes out of service."""
