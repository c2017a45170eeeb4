"""Running it: signs of life, many processes, months ahead, backups, the doctor."""
