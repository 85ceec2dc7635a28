"""The Informativa: contracts, returns, review, output and acuse. gui and cli may import it."""
