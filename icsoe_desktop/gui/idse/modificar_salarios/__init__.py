"""The window that modifies the salaries of many workers in one go."""
