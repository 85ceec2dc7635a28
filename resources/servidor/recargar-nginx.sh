#!/bin/sh
# /etc/letsencrypt/renewal-hooks/deploy/icsoe-sync — certbot lo ejecuta cuando renovó un certificado.
# nginx sólo lee los certificados al arrancar o recargar.
set -eu
nginx -t -q
systemctl reload nginx
