"""The Kinto sync server: one office with one account, and the checks of its settings.

`values` and `errors` are light and may be imported anywhere above. `server` and `checks` import
requests: only the synchronisation service imports them.
Facts of Kinto 26: docs/decisions/0014-sincronizacion.md.
"""
