"""Keys, key derivation and sealing. It imports domain; store, gateways and services import it."""
