"""The office, its members and its keys. services/sincronizacion and arranque import it."""
