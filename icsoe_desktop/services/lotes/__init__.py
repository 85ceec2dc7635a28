"""Use cases: lotes of notices."""
