"""How the database of a test that commits stands, to begin from again."""

from django.db import connection

from lockbox_site.scratch import fresh_copy, from_outside


class Stands:
    """Copies of the database by name, while the block lasts."""

    def __init__(self):
        self.own = connection.settings_dict["NAME"]
        self.kept = {}

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        for copy in self.kept.values():
            from_outside(f"DROP DATABASE {copy} WITH (FORCE)")

    def keep(self, name):
        self.kept[name] = copy = f"{self.own}_{name}"
        fresh_copy(copy, self.own)

    def back_to(self, name):
        fresh_copy(self.own, self.kept[name])
