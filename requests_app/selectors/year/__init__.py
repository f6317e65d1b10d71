"""A year of requests against roster and ladders, on a clock of its own."""
