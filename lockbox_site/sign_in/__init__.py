"""Signing in with an account of ours, and staying signed in."""
