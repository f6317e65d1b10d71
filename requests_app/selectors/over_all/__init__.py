"""What was granted and what was used over a time, for those who guard information."""
