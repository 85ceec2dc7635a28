"""Use cases of synchronisation between desktops. gui, cli and arranque import it.

The way of one edit, from one desktop to another (step by step: docs/flujo_de_una_edicion.md):

1. A service writes rows. A trigger of the store notes the record in the outbox, in the same
   transaction (`store.sincronizacion.outbox`).
2. `sync_round.SyncRound` connects. `oficina.register` takes new acts: who belongs to the office,
   and the key that seals. `recibir.reception` reads first what others wrote.
3. `enviar.delivery` takes the outbox kind after kind. `enviar.preparation` builds each record
   from its rows (`valores.contents`), compares it with the last version that both sides knew
   (`enviar.bases`), gives the write its number, stores both and seals.
4. The server takes a record only over the version that the sender knew. If another one is there,
   it is merged (step 6) and sent again.
5. On the other desktop `recibir.reception` reads the pages after its cursor. A server that went
   back, or spoilt a record, is noticed here (`recibir.rollback`).
6. `recibir.integration` opens the record, compares the histories (`domain.sincronizacion.stamps`)
   and merges it with what waits there (`domain.sincronizacion.merge`). A value that loses stays
   in the record until a person chooses (`recibir.lost_values`, `recibir.conflicts`).
7. `recibir.writer` and `valores.rows` write the rows, with the outbox told not to note them.
   `identidad` gives one thing that was made twice one id.

- `oficina`: who belongs, keys, invitations, connection, and the protocol of the server.
- `enviar`: local changes to the server. `recibir`: the server's records to the rows.
- `identidad`: one record with several ids, titles.
- `valores`: rows to record contents and back. `valores.kinds` is the table of the shared kinds.
"""
