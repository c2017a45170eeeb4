"""What staff do at the gate behind their PIN: acts, forms, the overview, the thermometer."""
