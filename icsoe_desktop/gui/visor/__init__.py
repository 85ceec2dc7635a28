"""Ver archivo: a PDF or a picture, inside the program."""
