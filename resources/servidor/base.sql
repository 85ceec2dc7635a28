-- Rol y base de Kinto; psql, como superusuario, con la variable contrasena. Puede repetirse.
SELECT format('CREATE ROLE kinto LOGIN PASSWORD %L', :'contrasena')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kinto') \gexec
ALTER ROLE kinto PASSWORD :'contrasena';
SELECT 'CREATE DATABASE kinto OWNER kinto ENCODING ''UTF8'' LC_COLLATE ''C.UTF-8'' LC_CTYPE ''C.UTF-8'' TEMPLATE template0'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'kinto') \gexec
ALTER DATABASE kinto SET timezone = 'UTC';
-- Ninguna transacción vive más que los 60 s que los equipos dejan de margen.
ALTER ROLE kinto SET statement_timeout = '25s';
ALTER ROLE kinto SET lock_timeout = '10s';
ALTER ROLE kinto SET idle_in_transaction_session_timeout = '30s';
-- Lo que envían los equipos tampoco se escribe en la bitácora de PostgreSQL.
ALTER ROLE kinto SET log_min_error_statement = 'panic';
