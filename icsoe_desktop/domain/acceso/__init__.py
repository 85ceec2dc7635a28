"""Login, sessions and rights: rules and values. Every layer may import it."""
