"""Exempelstad: an invented city to look at. No name, number or case here is real."""
