"""Use cases of synchronisation between desktops. gui, cli and arranque import it.

The way of one edit, from one desktop to another: docs/flujo_de_una_edicion.md. Why each part is
there: docs/decisions/0014-sincronizacion.md.

- `oficina`: who belongs, keys, invitations, connection, and the protocol of the server.
- `enviar`: local changes to the server. `recibir`: the server's records to the rows.
- `identidad`: one record with several ids, titles.
- `valores`: rows to record contents and back. `valores.kinds` is the table of the shared kinds.
"""
