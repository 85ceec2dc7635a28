"""The windows for lotes of notices."""
