"""The one filter of the desk: read from a URL, written back, with people sealed; named and kept."""
