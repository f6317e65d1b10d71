"""Guards of the people's accounts, and what is asked of tables of other packages."""
