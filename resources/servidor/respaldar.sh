#!/bin/bash
# respaldar.sh ARCHIVO — como root. Una copia de la base mientras el servidor trabaja.
set -euo pipefail
archivo=${1:?Uso: respaldar.sh ARCHIVO}
# Dónde está la base; por omisión, la de esta máquina.
orden=${ICSOE_SYNC_PSQL_COMO:-runuser -u postgres --}
umask 077
temporal=$archivo.parcial
trap 'rm -f "$temporal"' EXIT
(cd / && $orden pg_dump --format=custom --dbname="${ICSOE_SYNC_BASE:-kinto}") >"$temporal"
mv "$temporal" "$archivo"
echo "Respaldo guardado en $archivo"
