"""The text files that the IMSS's program SUA imports: recognised by width and content, reviewed."""
