"""Signed webhooks (Standard Webhooks), to providers that call us and to channels."""
