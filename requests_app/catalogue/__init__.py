"""Reference data that comes with the product: statutes, provisions, accounts."""
