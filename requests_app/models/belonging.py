"""What a model says of whose its rows are, where its foreign keys do not:
`belongs`, the names of what leads there (one is enough), or one of these."""

# Everybody's: written along with each municipality.
SHARED = "shared"
# Of the installation itself, and of nobody who is served by it.
HERE = "here"
# What lets somebody in here, and nowhere else.
KEYS = "keys"
# Whoever's it is that points at it.
KEPT_BY_CONTENT = "content"
