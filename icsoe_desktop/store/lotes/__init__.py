"""Reading and writing: lotes of notices."""
