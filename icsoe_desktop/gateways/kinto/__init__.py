"""The sync server, Kinto: one office of it with one account, and whether it is set up safely.

`valores` and `errores` are light; `servidor` and `revision` import requests, and are imported only
by what synchronises. Facts of Kinto 26: dominio/sincronizacion.md.
"""
