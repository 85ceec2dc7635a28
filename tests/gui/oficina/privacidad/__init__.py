"""Window Aviso de privacidad."""
