"""A year of access by providers, told to everybody: in numbers, without what is
protected."""
