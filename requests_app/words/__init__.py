"""How times, events, citations and the Swedish order are written for people."""
