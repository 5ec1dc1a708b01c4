"""A run: what to do, doing it, and saying so. A plain generator of events; whoever iterates it drives it."""
