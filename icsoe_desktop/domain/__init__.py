"""Rules and values, without Qt, SQL, files or a clock. Every layer may import it."""
