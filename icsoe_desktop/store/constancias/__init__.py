"""Reading and writing: what constancias answer."""
