"""Benchmarks: each in a database of its own, with figures of the machine it runs on.

A module here has `add_arguments(parser)` and `run(options, say)`; `manage.py bench`
finds it by its name in that command. Nothing here asserts anything: a timed test fails
when the machine is busy.
"""
