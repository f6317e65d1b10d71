"""What the database itself must hold to: guards, rights and constraints.

`expected.txt` is what the migrations make on a fresh database, recorded by
`make guards` and held to it by a test: nothing is made to compare a database.
"""
