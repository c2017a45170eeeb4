"""Files of entries: ordered, agreed to, made by a process of their own, fetched; and plans of such files."""
