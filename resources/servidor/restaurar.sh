#!/bin/bash
# restaurar.sh ARCHIVO — como root, con el servidor detenido: systemctl stop icsoe-sync
# Después cada equipo compara todo lo que tiene con el servidor y vuelve a enviar lo que falte.
set -euo pipefail
archivo=${1:?Uso: restaurar.sh ARCHIVO}
orden=${ICSOE_SYNC_PSQL_COMO:-runuser -u postgres --}
base=${ICSOE_SYNC_BASE:-kinto}
if [ -d /run/systemd/system ] && systemctl is-active --quiet icsoe-sync; then
    echo "Detenga antes el servidor: systemctl stop icsoe-sync" >&2
    exit 1
fi
# La generación sube en la misma transacción: nadie ve los datos viejos con el número de antes. No
# basta sumar uno, porque el mismo respaldo puede restaurarse dos veces.
subir="UPDATE objects
   SET data = data || jsonb_build_object('generacion',
       GREATEST((data->>'generacion')::bigint + 1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint))
 WHERE resource_name = 'bucket' AND id LIKE 'of-%' AND NOT deleted;
 DELETE FROM cache;"
guion=$(mktemp)
trap 'rm -f "$guion"' EXIT
(cd / && $orden pg_restore --clean --if-exists --no-owner --role=kinto --file=-) <"$archivo" >"$guion"
printf '\nSET search_path = public;\n%s\n' "$subir" >>"$guion"
(cd / && $orden psql -X -q -v ON_ERROR_STOP=1 --single-transaction --dbname="$base") <"$guion" >/dev/null
echo "Respaldo restaurado; los equipos compararán todo con el servidor."
