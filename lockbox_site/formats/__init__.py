"""How days and times are written: one way in each language, everywhere."""
