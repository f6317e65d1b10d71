"""What the database itself refuses: functions in the `.sql` files of this folder, one a
concept, and `tables`, which says what is asked of each table.

Edit them, then `make guard NAME=what_it_does` writes the migration.
"""
