"""The talk with the server: heartbeats, rules, visitors and entries, sent and fetched in their own time."""
