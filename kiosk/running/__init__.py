"""The running kiosk: all parts joined, and the chain of steps from a frame to an answer."""
