"""Scripts that write parts of the documentation. Nothing of the program imports them."""
