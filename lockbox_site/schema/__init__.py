"""What the database itself must hold to: guards, rights and constraints.

`texts` reads the guards of the apps, `rebuilt` brings a database to them, `freezing`
writes the migration that does. `expected.txt` is what the migrations make on a fresh
database, recorded by `make guard`: nothing is made to compare a database with it.
"""
