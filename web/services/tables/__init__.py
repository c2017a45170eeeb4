"""Tables and times as people write them."""
