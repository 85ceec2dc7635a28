"""The Informativa: board, contracts, workers, review, sheet and acuse. Only gui may import it."""
