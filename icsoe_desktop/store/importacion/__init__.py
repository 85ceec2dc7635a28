"""Reading and writing: importing movements."""
