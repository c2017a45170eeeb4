"""The figures of the desk, their charts, and the sheet of a day."""
