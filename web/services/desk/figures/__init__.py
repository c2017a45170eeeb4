"""What passages come to, by place, day, hour and each side; as tables, charts and the sheet of a day."""
