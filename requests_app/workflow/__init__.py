"""The steps, and the only code that writes a status or a decision."""
