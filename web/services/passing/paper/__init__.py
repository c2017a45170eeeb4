"""The paper register: its form as a table, read, reported row by row, recorded."""
