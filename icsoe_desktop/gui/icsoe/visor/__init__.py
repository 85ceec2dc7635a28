"""Ver archivo: shows a PDF or an image inside the program."""
