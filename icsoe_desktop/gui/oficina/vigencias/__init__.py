"""Window Vigencias."""
