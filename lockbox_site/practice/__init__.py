"""A place to practise (Öva): a database of its own beside the real one, with invented
people and cases, marked on every page and paper, from which nothing goes out."""
