"""The window that watches a folder and reviews what appears in it."""
