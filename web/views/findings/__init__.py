"""What a person must look at: the conflict inbox and the quarantine."""
