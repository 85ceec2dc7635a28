"""Windows: lotes of notices."""
