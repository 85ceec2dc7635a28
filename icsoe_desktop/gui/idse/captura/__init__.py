"""The window that captures one movement."""
