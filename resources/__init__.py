"""Icons, styles, translations and the step that packs them; for the build and the tests."""
