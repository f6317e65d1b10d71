"""`lockbox-upgrade`: Debian's Python alone runs it, while no release does."""
