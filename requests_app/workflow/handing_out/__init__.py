"""Handing out official documents: tested, masked, given and decided."""
