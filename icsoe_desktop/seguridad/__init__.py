"""Keys, key derivation and sealing. Imports domain; store, gateways and services import it."""
