"""Generated from ui/ and resources/ by resources/compile_assets.py; not in git."""
