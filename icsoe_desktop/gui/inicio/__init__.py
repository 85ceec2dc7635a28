"""From the login window to a session: flow, sample data, status bar, background work."""
