"""Mail from providers: read without harm, and told by rules what it is. No network."""
