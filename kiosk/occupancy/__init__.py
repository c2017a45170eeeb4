"""Who passed today and who is inside the venue, by this gate and by what the others told."""
