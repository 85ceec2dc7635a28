"""SQL for lotes of notices."""
