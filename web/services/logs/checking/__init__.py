"""Checks of the log: of one entry when it is opened, of everything by command and every night."""
