"""What makes the bundle and the Windows installer. Nothing of the program imports it."""
