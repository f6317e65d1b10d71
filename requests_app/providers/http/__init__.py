"""Calls out of the house over HTTP, and the signed webhooks among them (Standard
Webhooks)."""
