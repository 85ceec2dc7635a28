"""From the first window to a session: flow, sample data, status bar, background work."""
