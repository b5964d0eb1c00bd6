"""Look: theme, stylesheet, icons, pixels, and what the window remembers."""
