"""Exempelstad: an invented city to look at. No name, number or case here is real."""

# The reason that history gives for what nobody has really done.
REASON = "Påhittade uppgifter, för demonstration"
