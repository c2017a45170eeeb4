"""Entries, from the question at the door to what stands beside one."""
