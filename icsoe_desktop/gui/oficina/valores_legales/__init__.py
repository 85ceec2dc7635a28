"""Window Valores."""
