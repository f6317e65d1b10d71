"""What ladders of notices are asked about: what waits, and who can be told."""
