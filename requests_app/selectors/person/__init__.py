"""Everything that is kept about one person, wherever it stands."""
