"""Secrets and personal numbers typed into every field that there is, and looked for in
all that is kept."""
