"""What is due is erased: found, counted beforehand, in pieces and whole months, certified."""
