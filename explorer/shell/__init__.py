"""Shell: the window, its commands, messages, files, and the pump where threads meet."""
