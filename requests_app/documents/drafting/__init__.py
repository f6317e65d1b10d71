"""A decision's reasons written in Swedish from the answers; nothing here reads the
database, so that the words can be tried on any combination."""
