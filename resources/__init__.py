"""Icons, styles and translations, and the step that packs them. For the build and the tests."""
