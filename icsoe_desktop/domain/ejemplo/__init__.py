"""Sample data: values. Every layer may import it."""
