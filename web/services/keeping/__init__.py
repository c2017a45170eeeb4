"""How long data is kept: rules, holds, erasing, handing over, the exchange of the master key."""
