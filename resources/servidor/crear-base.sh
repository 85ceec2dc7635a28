#!/bin/sh
# Dentro del contenedor de PostgreSQL, la primera vez.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -d postgres -v "contrasena=$KINTO_CONTRASENA" -f /icsoe/base.sql
