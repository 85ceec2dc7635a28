"""The window for constancias de presentación."""
