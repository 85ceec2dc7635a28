"""Five desktops, one server and everything that goes wrong between them, until all is said."""
