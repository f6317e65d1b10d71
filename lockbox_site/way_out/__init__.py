"""The way out of one municipality or authority: all that is its own, as one file that
says what it is and is checked by itself."""
