"""Finding cases: by number, by words in their texts, by likeness."""
