#!/bin/sh
# Dentro del contenedor de PostgreSQL, la primera vez.
set -eu
# Por la entrada estándar: un argumento se vería en la lista de procesos.
{ printf '\\set contrasena %s\n' "$KINTO_CONTRASENA"; cat /icsoe/base.sql; } |
    psql -X -q -v ON_ERROR_STOP=1 -U postgres -d postgres
