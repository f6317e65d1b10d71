"""What is made beside the real thing for a while: databases, and servers of them."""
