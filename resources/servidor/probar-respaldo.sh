#!/bin/bash
# probar-respaldo.sh ARCHIVO — como root. Restaura el respaldo en una base aparte, cuenta lo que
# trae y la borra. La base en uso no se toca.
set -euo pipefail
archivo=${1:?Uso: probar-respaldo.sh ARCHIVO}
orden=${ICSOE_SYNC_PSQL_COMO:-runuser -u postgres --}
base=icsoe_prueba_$$
quitar() { (cd / && $orden psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $base"); }
(cd / && $orden psql -X -q -v ON_ERROR_STOP=1 -d postgres -c "CREATE DATABASE $base ENCODING 'UTF8' TEMPLATE template0")
trap quitar EXIT
(cd / && $orden pg_restore --exit-on-error --no-owner --no-privileges --dbname="$base") <"$archivo"
contar="SELECT count(*) FILTER (WHERE resource_name = 'account' AND id = 'admin'),
       count(*) FILTER (WHERE resource_name = 'account'),
       count(*) FILTER (WHERE resource_name = 'bucket' AND id LIKE 'of-%'),
       count(*) FILTER (WHERE resource_name = 'record')
  FROM objects WHERE NOT deleted"
cuenta=$(cd / && $orden psql -X -A -t -F ' ' -v ON_ERROR_STOP=1 -d "$base" -c "$contar")
read -r admin cuentas oficinas registros <<<"$cuenta"
if [ "$admin" != 1 ]; then
    echo "El respaldo $archivo no trae la cuenta del administrador: no sirve." >&2
    exit 1
fi
echo "Respaldo probado: $oficinas oficinas, $cuentas cuentas, $registros registros."
