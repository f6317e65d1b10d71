"""The project: settings, people, sign-in, the admin site."""
