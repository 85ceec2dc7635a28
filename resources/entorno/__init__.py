"""What icsoe.py does: it prepares this machine and starts the program, its tests or its packaging.

Standard library only: these modules run before anything is installed.
"""
