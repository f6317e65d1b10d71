"""Checks of a deployment: its settings, and the rights of its database logins."""
