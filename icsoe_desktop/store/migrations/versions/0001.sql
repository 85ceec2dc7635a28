CREATE TABLE ajustes (
    id BLOB NOT NULL,
    nombre TEXT NOT NULL,
    valor TEXT,
    sellado BLOB,
    CONSTRAINT pk_ajustes PRIMARY KEY (id),
    CONSTRAINT uq_ajustes_nombre UNIQUE (nombre)
);

CREATE TABLE correos (
    id BLOB NOT NULL,
    para TEXT NOT NULL,
    asunto TEXT NOT NULL,
    mensaje_sellado BLOB,
    estado TEXT NOT NULL,
    motivo TEXT NOT NULL,
    intentos INTEGER NOT NULL,
    proximo_intento VARCHAR(27) NOT NULL,
    vence VARCHAR(27),
    creado VARCHAR(27) NOT NULL,
    enviado VARCHAR(27),
    contratista_id BLOB,
    CONSTRAINT pk_correos PRIMARY KEY (id)
);

CREATE INDEX ix_correos_estado_proximo_intento ON correos (estado, proximo_intento);

CREATE TABLE intentos (
    quien BLOB NOT NULL,
    fallos INTEGER NOT NULL,
    ultimo VARCHAR(27) NOT NULL,
    CONSTRAINT pk_intentos PRIMARY KEY (quien)
);

CREATE TABLE registros_patronales (
    id BLOB NOT NULL,
    registro_patronal VARCHAR(11) NOT NULL,
    razon_social TEXT NOT NULL,
    rfc TEXT NOT NULL,
    creado VARCHAR(27) NOT NULL,
    actualizado VARCHAR(27) NOT NULL,
    zona TEXT DEFAULT '' NOT NULL,
    guia TEXT DEFAULT '' NOT NULL,
    umf TEXT DEFAULT '' NOT NULL,
    tipo_trabajador TEXT DEFAULT '' NOT NULL,
    tipo_salario TEXT DEFAULT '' NOT NULL,
    jornada TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_registros_patronales PRIMARY KEY (id),
    CONSTRAINT uq_registros_patronales_registro_patronal UNIQUE (registro_patronal)
);

CREATE TABLE usuarios (
    id BLOB NOT NULL,
    nombres TEXT NOT NULL,
    primer_apellido TEXT NOT NULL,
    segundo_apellido TEXT NOT NULL,
    correo TEXT NOT NULL,
    correo_buscado TEXT NOT NULL,
    contrasena_hash TEXT NOT NULL,
    habilitado BOOLEAN NOT NULL,
    aviso_version TEXT NOT NULL,
    creado VARCHAR(27) NOT NULL,
    actualizado VARCHAR(27) NOT NULL,
    CONSTRAINT pk_usuarios PRIMARY KEY (id),
    CONSTRAINT uq_usuarios_correo_buscado UNIQUE (correo_buscado)
);

CREATE TABLE certificados (
    id BLOB NOT NULL,
    registro_patronal_id BLOB NOT NULL,
    tipo TEXT NOT NULL,
    numero TEXT NOT NULL,
    titular TEXT NOT NULL,
    rfc TEXT NOT NULL,
    emisor TEXT NOT NULL,
    cadena TEXT NOT NULL,
    valido_desde VARCHAR(27) NOT NULL,
    valido_hasta VARCHAR(27) NOT NULL,
    usuario_sellado BLOB NOT NULL,
    certificado_nombre TEXT NOT NULL,
    certificado_sha256 BLOB NOT NULL,
    certificado_sellado BLOB NOT NULL,
    llave_nombre TEXT,
    llave_sha256 BLOB,
    llave_sellada BLOB,
    contrasena_sellada BLOB,
    creado VARCHAR(27) NOT NULL,
    CONSTRAINT pk_certificados PRIMARY KEY (id),
    CONSTRAINT fk_certificados_registro_patronal_id FOREIGN KEY(registro_patronal_id)
        REFERENCES registros_patronales (id),
    CONSTRAINT uq_certificados_registro_patronal_id UNIQUE (registro_patronal_id)
);

CREATE TABLE codigos (
    id BLOB NOT NULL,
    usuario_id BLOB NOT NULL,
    codigo_hash BLOB NOT NULL,
    vence VARCHAR(27) NOT NULL,
    fallos INTEGER NOT NULL,
    usado BOOLEAN NOT NULL,
    CONSTRAINT pk_codigos PRIMARY KEY (id),
    CONSTRAINT fk_codigos_usuario_id FOREIGN KEY(usuario_id) REFERENCES usuarios (id)
);

CREATE INDEX ix_codigos_usuario_id ON codigos (usuario_id);

CREATE TABLE contratistas (
    id BLOB NOT NULL,
    numero INTEGER NOT NULL,
    rfc TEXT NOT NULL,
    nombre TEXT NOT NULL,
    es_persona_moral BOOLEAN NOT NULL,
    efirma_numero TEXT NOT NULL,
    efirma_hasta VARCHAR(27) NOT NULL,
    terminos_version TEXT,
    terminos_aceptados VARCHAR(27),
    correo TEXT,
    celular TEXT,
    telefono_fijo TEXT,
    domicilio_social TEXT,
    domicilio_convencional TEXT,
    completado VARCHAR(27),
    siguiente_relacion INTEGER NOT NULL,
    creado VARCHAR(27) NOT NULL,
    actualizado VARCHAR(27) NOT NULL,
    CONSTRAINT pk_contratistas PRIMARY KEY (id),
    CONSTRAINT uq_contratistas_numero UNIQUE (numero),
    CONSTRAINT uq_contratistas_rfc UNIQUE (rfc)
);

CREATE TABLE acuses (
    id BLOB NOT NULL,
    contratista_id BLOB NOT NULL,
    nombre TEXT NOT NULL,
    tipo TEXT NOT NULL,
    tamano INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    contenido_sellado BLOB NOT NULL,
    fecha DATE NOT NULL,
    creado VARCHAR(27) NOT NULL,
    CONSTRAINT pk_acuses PRIMARY KEY (id),
    CONSTRAINT fk_acuses_contratista_id FOREIGN KEY(contratista_id) REFERENCES contratistas (id),
    CONSTRAINT uq_acuses_contratista_id UNIQUE (contratista_id)
);

CREATE TABLE personas (
    id BLOB NOT NULL,
    curp VARCHAR(18) NOT NULL,
    nombres TEXT NOT NULL,
    primer_apellido TEXT NOT NULL,
    segundo_apellido TEXT NOT NULL,
    correo TEXT,
    contrasena_hash TEXT,
    contrasena_creada VARCHAR(27),
    bloqueada VARCHAR(27),
    aviso_version TEXT,
    creado VARCHAR(27) NOT NULL,
    actualizado VARCHAR(27) NOT NULL,
    CONSTRAINT pk_personas PRIMARY KEY (id),
    CONSTRAINT uq_personas_curp UNIQUE (curp)
);

CREATE TABLE relaciones (
    id BLOB NOT NULL,
    contratista_id BLOB NOT NULL,
    persona_id BLOB NOT NULL,
    numero INTEGER NOT NULL,
    curp VARCHAR(18) NOT NULL,
    nombres TEXT NOT NULL,
    primer_apellido TEXT NOT NULL,
    segundo_apellido TEXT NOT NULL,
    telefono TEXT NOT NULL,
    correo TEXT NOT NULL,
    estatus TEXT NOT NULL,
    nombre_orden TEXT NOT NULL,
    buscado TEXT NOT NULL,
    cotejada DATE,
    aviso_version TEXT NOT NULL,
    usuario_alta TEXT NOT NULL,
    confirmada VARCHAR(27),
    creado VARCHAR(27) NOT NULL,
    dado_de_baja VARCHAR(27),
    actualizado VARCHAR(27) NOT NULL,
    CONSTRAINT pk_relaciones PRIMARY KEY (id),
    CONSTRAINT fk_relaciones_contratista_id FOREIGN KEY(contratista_id)
        REFERENCES contratistas (id),
    CONSTRAINT fk_relaciones_persona_id FOREIGN KEY(persona_id) REFERENCES personas (id),
    CONSTRAINT uq_relaciones_contratista_id_curp UNIQUE (contratista_id, curp),
    CONSTRAINT uq_relaciones_contratista_id_numero UNIQUE (contratista_id, numero)
);

CREATE INDEX ix_relaciones_contratista_id_nombre_orden_numero ON relaciones (contratista_id,
    nombre_orden, numero);

CREATE INDEX ix_relaciones_contratista_id_correo_numero ON relaciones (contratista_id, correo,
    numero);

CREATE INDEX ix_relaciones_contratista_id_estatus_numero ON relaciones (contratista_id, estatus,
    numero);

CREATE INDEX ix_relaciones_contratista_id_creado_numero ON relaciones (contratista_id, creado,
    numero);

CREATE INDEX ix_relaciones_contratista_id_buscado_numero ON relaciones (contratista_id, buscado,
    numero);

CREATE INDEX ix_relaciones_persona_id ON relaciones (persona_id);

CREATE TABLE activaciones (
    id BLOB NOT NULL,
    persona_id BLOB NOT NULL,
    relacion_id BLOB,
    codigo_hash BLOB NOT NULL,
    correo TEXT NOT NULL,
    creado VARCHAR(27) NOT NULL,
    vence VARCHAR(27) NOT NULL,
    CONSTRAINT pk_activaciones PRIMARY KEY (id),
    CONSTRAINT fk_activaciones_persona_id FOREIGN KEY(persona_id) REFERENCES personas (id),
    CONSTRAINT fk_activaciones_relacion_id FOREIGN KEY(relacion_id) REFERENCES relaciones (id),
    CONSTRAINT uq_activaciones_codigo_hash UNIQUE (codigo_hash)
);

CREATE INDEX ix_activaciones_persona_id ON activaciones (persona_id);

CREATE INDEX ix_activaciones_relacion_id ON activaciones (relacion_id);

CREATE TABLE catalogos_postales (
    id BLOB NOT NULL,
    nombre TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    fecha DATE NOT NULL,
    formato TEXT NOT NULL,
    codificacion TEXT NOT NULL,
    renglones INTEGER NOT NULL,
    importado VARCHAR(27) NOT NULL,
    CONSTRAINT pk_catalogos_postales PRIMARY KEY (id)
);

CREATE TABLE asentamientos (
    id INTEGER NOT NULL,
    codigo_postal VARCHAR(5) NOT NULL,
    colonia TEXT NOT NULL,
    tipo TEXT NOT NULL,
    municipio TEXT NOT NULL,
    estado TEXT NOT NULL,
    ciudad TEXT NOT NULL,
    CONSTRAINT pk_asentamientos PRIMARY KEY (id)
);

CREATE INDEX ix_asentamientos_codigo_postal ON asentamientos (codigo_postal);

CREATE TABLE dias_calendario (
    fecha INTEGER NOT NULL,
    habil BOOLEAN NOT NULL,
    motivo TEXT NOT NULL,
    CONSTRAINT pk_dias_calendario PRIMARY KEY (fecha)
);

CREATE TABLE importaciones (
    id BLOB NOT NULL,
    numero INTEGER NOT NULL,
    cuando VARCHAR(27) NOT NULL,
    usuario_id BLOB,
    archivos TEXT NOT NULL,
    importados INTEGER NOT NULL,
    primera INTEGER NOT NULL,
    ultima INTEGER NOT NULL,
    deshecha VARCHAR(27),
    CONSTRAINT pk_importaciones PRIMARY KEY (id),
    CONSTRAINT uq_importaciones_numero UNIQUE (numero)
);

CREATE TABLE lotes (
    id BLOB NOT NULL,
    registro_patronal TEXT NOT NULL,
    tipo TEXT,
    nombre_archivo TEXT NOT NULL,
    contenido BLOB NOT NULL,
    sha256 BLOB NOT NULL,
    movimientos INTEGER NOT NULL,
    estado TEXT NOT NULL,
    creado VARCHAR(27) NOT NULL,
    enviado INTEGER,
    recibido INTEGER,
    respondido INTEGER,
    cancelado INTEGER,
    numero TEXT NOT NULL,
    folio TEXT NOT NULL,
    CONSTRAINT pk_lotes PRIMARY KEY (id)
);

CREATE INDEX ix_lotes_creado ON lotes (creado);

CREATE TABLE trabajadores (
    fila INTEGER NOT NULL,
    nss TEXT NOT NULL,
    curp TEXT NOT NULL,
    primer_apellido TEXT NOT NULL,
    segundo_apellido TEXT NOT NULL,
    nombres TEXT NOT NULL,
    orden_primer TEXT NOT NULL,
    orden_segundo TEXT NOT NULL,
    orden_nombres TEXT NOT NULL,
    CONSTRAINT pk_trabajadores PRIMARY KEY (fila)
);

CREATE INDEX ix_trabajadores_curp ON trabajadores (curp);

CREATE INDEX ix_trabajadores_nombres ON trabajadores (orden_nombres, orden_primer, orden_segundo);

CREATE INDEX ix_trabajadores_primer ON trabajadores (orden_primer, orden_segundo, orden_nombres);

CREATE INDEX ix_trabajadores_segundo ON trabajadores (orden_segundo, orden_primer, orden_nombres);

CREATE UNIQUE INDEX ux_trabajadores_identidad ON trabajadores (nss, curp, primer_apellido,
    segundo_apellido, nombres);

CREATE TABLE documentos_lote (
    id BLOB NOT NULL,
    lote_id BLOB NOT NULL,
    clase TEXT NOT NULL,
    nombre TEXT NOT NULL,
    contenido BLOB NOT NULL,
    sha256 BLOB NOT NULL,
    creado VARCHAR(27) NOT NULL,
    CONSTRAINT pk_documentos_lote PRIMARY KEY (id),
    CONSTRAINT fk_documentos_lote_lote_id FOREIGN KEY(lote_id) REFERENCES lotes (id),
    CONSTRAINT uq_documentos_lote_lote_id_clase UNIQUE (lote_id, clase)
);

CREATE TABLE movimientos (
    fila INTEGER NOT NULL,
    id BLOB NOT NULL,
    trabajador INTEGER NOT NULL,
    tipo TEXT NOT NULL,
    registro_patronal TEXT NOT NULL,
    fecha INTEGER NOT NULL,
    sbc INTEGER,
    tipo_trabajador TEXT NOT NULL,
    tipo_salario TEXT NOT NULL,
    jornada TEXT NOT NULL,
    causa_baja TEXT NOT NULL,
    umf TEXT NOT NULL,
    guia TEXT NOT NULL,
    clave_trabajador TEXT NOT NULL,
    rfc TEXT DEFAULT '' NOT NULL,
    corrige TEXT DEFAULT '' NOT NULL,
    estado INTEGER NOT NULL,
    extemporaneo BOOLEAN,
    emitido INTEGER,
    recibido INTEGER,
    aprobado INTEGER,
    rechazado INTEGER,
    codigo_rechazo TEXT NOT NULL,
    causa_rechazo TEXT NOT NULL,
    lote_id BLOB,
    constancia_id BLOB,
    importacion INTEGER,
    seguro INTEGER,
    limite INTEGER,
    dictamen INTEGER GENERATED ALWAYS AS (CASE WHEN estado = 4 THEN NULL
        WHEN extemporaneo IS NOT NULL THEN extemporaneo * 3
        WHEN recibido IS NULL OR seguro IS NULL THEN NULL WHEN recibido <= seguro THEN 0
        WHEN recibido <= limite THEN 2 ELSE 3 END) VIRTUAL,
    en_archivo BOOLEAN GENERATED ALWAYS AS (estado = 0 AND lote_id IS NOT NULL) VIRTUAL NOT NULL,
    CONSTRAINT pk_movimientos PRIMARY KEY (fila),
    CONSTRAINT fk_movimientos_constancia_id FOREIGN KEY(constancia_id) REFERENCES constancias (id),
    CONSTRAINT fk_movimientos_importacion FOREIGN KEY(importacion)
        REFERENCES importaciones (numero),
    CONSTRAINT fk_movimientos_lote_id FOREIGN KEY(lote_id) REFERENCES lotes (id),
    CONSTRAINT fk_movimientos_trabajador FOREIGN KEY(trabajador) REFERENCES trabajadores (fila)
);

CREATE INDEX ix_movimientos_fecha ON movimientos (fecha, tipo, estado, registro_patronal,
    trabajador, fila, en_archivo);

CREATE INDEX ix_movimientos_lote ON movimientos (lote_id) WHERE lote_id IS NOT NULL;

CREATE INDEX ix_movimientos_registro ON movimientos (registro_patronal, fecha, tipo, estado,
    trabajador, fila, en_archivo);

CREATE INDEX ix_movimientos_trabajador ON movimientos (trabajador, fecha, tipo, registro_patronal,
    estado, fila, en_archivo);

CREATE UNIQUE INDEX ux_movimientos_id ON movimientos (id);

CREATE INDEX ix_movimientos_corrige ON movimientos (corrige) WHERE corrige <> '';

CREATE VIRTUAL TABLE trabajadores_buscados
    USING fts5( orden_primer, orden_segundo, orden_nombres, nss, curp, content='trabajadores',
    content_rowid='fila', tokenize='trigram', columnsize=0 );

CREATE TRIGGER trabajadores_buscados_alta AFTER INSERT ON trabajadores
BEGIN
    INSERT INTO trabajadores_buscados (rowid, orden_primer, orden_segundo, orden_nombres, nss, curp)
        VALUES (new.fila, new.orden_primer, new.orden_segundo, new.orden_nombres, new.nss,
        new.curp);
END;

CREATE TRIGGER trabajadores_buscados_baja AFTER DELETE ON trabajadores
BEGIN
    INSERT INTO trabajadores_buscados (trabajadores_buscados, rowid, orden_primer, orden_segundo,
        orden_nombres, nss, curp)
        VALUES ('delete', old.fila, old.orden_primer, old.orden_segundo, old.orden_nombres, old.nss,
        old.curp);
END;

CREATE TRIGGER trabajadores_buscados_cambio AFTER UPDATE ON trabajadores
BEGIN
    INSERT INTO trabajadores_buscados (trabajadores_buscados, rowid, orden_primer, orden_segundo,
        orden_nombres, nss, curp)
        VALUES ('delete', old.fila, old.orden_primer, old.orden_segundo, old.orden_nombres, old.nss,
        old.curp);
    INSERT INTO trabajadores_buscados (rowid, orden_primer, orden_segundo, orden_nombres, nss, curp)
        VALUES (new.fila, new.orden_primer, new.orden_segundo, new.orden_nombres, new.nss,
        new.curp);
END;

CREATE TABLE sincronizacion_alias (
    de BLOB NOT NULL,
    a BLOB NOT NULL,
    CONSTRAINT pk_sincronizacion_alias PRIMARY KEY (de)
);

CREATE TABLE sincronizacion_conflictos (
    id BLOB NOT NULL,
    coleccion TEXT NOT NULL,
    registro BLOB NOT NULL,
    clase TEXT NOT NULL,
    campo TEXT NOT NULL,
    vigente TEXT NOT NULL,
    perdido TEXT NOT NULL,
    otro BLOB,
    cuando VARCHAR(27) NOT NULL,
    CONSTRAINT pk_sincronizacion_conflictos PRIMARY KEY (id)
);

CREATE INDEX ix_sincronizacion_conflictos_coleccion_registro ON sincronizacion_conflictos
    (coleccion, registro);

CREATE TABLE sincronizacion_cursores (
    coleccion TEXT NOT NULL,
    cursor INTEGER NOT NULL,
    completa BOOLEAN NOT NULL,
    CONSTRAINT pk_sincronizacion_cursores PRIMARY KEY (coleccion)
);

CREATE TABLE sincronizacion_envios (
    inicio TEXT NOT NULL,
    numero INTEGER NOT NULL,
    version INTEGER NOT NULL,
    coleccion TEXT NOT NULL,
    registro BLOB NOT NULL,
    contenido BLOB NOT NULL,
    CONSTRAINT pk_sincronizacion_envios PRIMARY KEY (inicio, numero)
);

CREATE INDEX ix_sincronizacion_envios_coleccion_registro ON sincronizacion_envios (coleccion,
    registro);

CREATE TABLE sincronizacion_llaves (
    numero INTEGER NOT NULL,
    sellada BLOB NOT NULL,
    CONSTRAINT pk_sincronizacion_llaves PRIMARY KEY (numero)
);

CREATE TABLE sincronizacion_movimientos (
    fila INTEGER NOT NULL,
    paquete BLOB NOT NULL,
    CONSTRAINT pk_sincronizacion_movimientos PRIMARY KEY (fila)
);

CREATE INDEX ix_sincronizacion_movimientos_paquete ON sincronizacion_movimientos (paquete);

CREATE TABLE sincronizacion_nuevos (
    fila INTEGER NOT NULL,
    CONSTRAINT pk_sincronizacion_nuevos PRIMARY KEY (fila)
);

CREATE TABLE sincronizacion_oficina (
    id BLOB NOT NULL,
    direccion TEXT NOT NULL,
    oficina TEXT NOT NULL,
    nombre TEXT NOT NULL,
    cuenta TEXT NOT NULL,
    contrasena_sellada BLOB NOT NULL,
    miembro BLOB NOT NULL,
    nombre_equipo TEXT NOT NULL,
    privada_sellada BLOB NOT NULL,
    rol TEXT NOT NULL,
    pausada BOOLEAN NOT NULL,
    detenida BOOLEAN NOT NULL,
    motivo TEXT NOT NULL,
    generacion TEXT NOT NULL,
    descargada BOOLEAN NOT NULL,
    ultimo_exito VARCHAR(27),
    ultimo_intento VARCHAR(27),
    creado VARCHAR(27) NOT NULL,
    aplicando BOOLEAN NOT NULL,
    CONSTRAINT pk_sincronizacion_oficina PRIMARY KEY (id)
);

CREATE TABLE sincronizacion_retenidos (
    coleccion TEXT NOT NULL,
    registro BLOB NOT NULL,
    clase TEXT NOT NULL,
    motivo TEXT NOT NULL,
    cuando VARCHAR(27) NOT NULL,
    contenido BLOB NOT NULL,
    CONSTRAINT pk_sincronizacion_retenidos PRIMARY KEY (coleccion, registro)
);

CREATE TABLE sincronizacion_salida (
    coleccion TEXT NOT NULL,
    registro BLOB NOT NULL,
    clase TEXT NOT NULL,
    operacion BLOB NOT NULL,
    motivo TEXT NOT NULL,
    apartado VARCHAR(27),
    CONSTRAINT pk_sincronizacion_salida PRIMARY KEY (coleccion, registro)
);

CREATE TABLE sincronizacion_versiones (
    coleccion TEXT NOT NULL,
    registro BLOB NOT NULL,
    version INTEGER NOT NULL,
    base BLOB,
    borrado BOOLEAN NOT NULL,
    clase TEXT DEFAULT '' NOT NULL,
    sellos TEXT DEFAULT '[]' NOT NULL,
    reponer BOOLEAN DEFAULT '0' NOT NULL,
    CONSTRAINT pk_sincronizacion_versiones PRIMARY KEY (coleccion, registro)
);

CREATE TABLE constancias (
    id BLOB NOT NULL,
    folio TEXT NOT NULL,
    lote TEXT NOT NULL,
    registro_patronal TEXT NOT NULL,
    recibida INTEGER,
    nombre TEXT NOT NULL,
    contenido BLOB NOT NULL,
    sha256 BLOB NOT NULL,
    creado VARCHAR(27) NOT NULL,
    usuario_id BLOB,
    aprobados INTEGER NOT NULL,
    rechazados INTEGER NOT NULL,
    antes TEXT NOT NULL,
    deshecha VARCHAR(27),
    CONSTRAINT pk_constancias PRIMARY KEY (id)
);

CREATE UNIQUE INDEX ix_constancias_sha256 ON constancias (sha256) WHERE deshecha IS NULL;

CREATE INDEX ix_movimientos_estado ON movimientos (estado, en_archivo, fecha, tipo,
    registro_patronal, trabajador);

CREATE TABLE valores_legales (
    concepto TEXT NOT NULL,
    desde INTEGER NOT NULL,
    central BOOLEAN NOT NULL,
    centavos INTEGER NOT NULL,
    fuente TEXT NOT NULL,
    usuario_id BLOB,
    cuando VARCHAR(27) NOT NULL,
    CONSTRAINT pk_valores_legales PRIMARY KEY (concepto, desde, central)
);

CREATE TABLE contratantes (
    id BLOB NOT NULL,
    contratista_id BLOB NOT NULL,
    rfc TEXT NOT NULL,
    nombre TEXT NOT NULL,
    correo TEXT NOT NULL,
    celular TEXT NOT NULL,
    telefono_fijo TEXT NOT NULL,
    domicilio TEXT NOT NULL,
    creado VARCHAR(27) NOT NULL,
    actualizado VARCHAR(27) NOT NULL,
    CONSTRAINT pk_contratantes PRIMARY KEY (id),
    CONSTRAINT fk_contratantes_contratista_id_contratistas FOREIGN KEY(contratista_id)
        REFERENCES contratistas (id)
);

CREATE INDEX ix_contratantes_contratista_id_rfc ON contratantes (contratista_id, rfc);

CREATE TABLE folios_repse (
    id BLOB NOT NULL,
    contratista_id BLOB NOT NULL,
    folio TEXT NOT NULL,
    texto TEXT NOT NULL,
    creado VARCHAR(27) NOT NULL,
    actualizado VARCHAR(27) NOT NULL,
    CONSTRAINT pk_folios_repse PRIMARY KEY (id),
    CONSTRAINT fk_folios_repse_contratista_id_contratistas FOREIGN KEY(contratista_id)
        REFERENCES contratistas (id)
);

CREATE INDEX ix_folios_repse_contratista_id_folio ON folios_repse (contratista_id, folio);

CREATE TABLE contratos (
    id BLOB NOT NULL,
    contratista_id BLOB NOT NULL,
    contratante_id BLOB NOT NULL,
    folio_id BLOB NOT NULL,
    numero TEXT NOT NULL,
    objeto TEXT NOT NULL,
    inicio INTEGER NOT NULL,
    fin INTEGER,
    modificaciones TEXT NOT NULL,
    trabajadores TEXT NOT NULL,
    cuantos INTEGER NOT NULL,
    rechazos TEXT NOT NULL,
    creado VARCHAR(27) NOT NULL,
    actualizado VARCHAR(27) NOT NULL,
    CONSTRAINT pk_contratos PRIMARY KEY (id),
    CONSTRAINT fk_contratos_contratista_id_contratistas FOREIGN KEY(contratista_id)
        REFERENCES contratistas (id),
    CONSTRAINT fk_contratos_contratante_id_contratantes FOREIGN KEY(contratante_id)
        REFERENCES contratantes (id),
    CONSTRAINT fk_contratos_folio_id_folios_repse FOREIGN KEY(folio_id) REFERENCES folios_repse (id)
);

CREATE INDEX ix_contratos_contratista_id_inicio ON contratos (contratista_id, inicio);

CREATE INDEX ix_contratos_contratante_id ON contratos (contratante_id);

CREATE INDEX ix_contratos_folio_id ON contratos (folio_id);

CREATE TABLE informativas (
    id BLOB NOT NULL,
    contratista_id BLOB NOT NULL,
    ejercicio INTEGER NOT NULL,
    cuatrimestre INTEGER NOT NULL,
    tipo TEXT NOT NULL,
    estado TEXT NOT NULL,
    contratos TEXT NOT NULL,
    declarados INTEGER,
    historial TEXT NOT NULL,
    corrige BLOB,
    presentado TEXT NOT NULL,
    creado VARCHAR(27) NOT NULL,
    actualizado VARCHAR(27) NOT NULL,
    CONSTRAINT pk_informativas PRIMARY KEY (id),
    CONSTRAINT fk_informativas_contratista_id_contratistas FOREIGN KEY(contratista_id)
        REFERENCES contratistas (id)
);

CREATE INDEX ix_informativas_contratista_id_ejercicio_cuatrimestre ON informativas (contratista_id,
    ejercicio, cuatrimestre);

CREATE TABLE acuses_informativa (
    id BLOB NOT NULL,
    informativa_id BLOB NOT NULL,
    folio TEXT NOT NULL,
    presentada VARCHAR(27) NOT NULL,
    contratos INTEGER NOT NULL,
    nombre TEXT NOT NULL,
    tipo TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    contenido_sellado BLOB NOT NULL,
    creado VARCHAR(27) NOT NULL,
    CONSTRAINT pk_acuses_informativa PRIMARY KEY (id),
    CONSTRAINT fk_acuses_informativa_informativa_id_informativas FOREIGN KEY(informativa_id)
        REFERENCES informativas (id),
    CONSTRAINT uq_acuses_informativa_informativa_id UNIQUE (informativa_id)
);

CREATE TABLE bitacora (
    id BLOB NOT NULL,
    numero INTEGER NOT NULL,
    cuando VARCHAR(27) NOT NULL,
    quien TEXT NOT NULL,
    accion TEXT NOT NULL,
    objeto TEXT NOT NULL,
    objeto_id BLOB,
    detalle TEXT NOT NULL,
    contratista_id BLOB,
    huella BLOB NOT NULL,
    CONSTRAINT pk_bitacora PRIMARY KEY (id),
    CONSTRAINT uq_bitacora_numero UNIQUE (numero)
);

CREATE INDEX ix_bitacora_cuando ON bitacora (cuando);

CREATE INDEX ix_bitacora_contratista_id_cuando ON bitacora (contratista_id, cuando);

CREATE TRIGGER bitacora_no_update BEFORE UPDATE ON bitacora
BEGIN
    SELECT RAISE(ABORT, 'La bitácora sólo crece');
END;

CREATE TRIGGER bitacora_no_delete BEFORE DELETE ON bitacora
BEGIN
    SELECT RAISE(ABORT, 'La bitácora sólo crece');
END;

CREATE INDEX ix_sincronizacion_versiones_coleccion_version ON sincronizacion_versiones (coleccion,
    version);

CREATE TABLE sincronizacion_actas (
    numero INTEGER NOT NULL,
    contenido BLOB NOT NULL,
    CONSTRAINT pk_sincronizacion_actas PRIMARY KEY (numero)
);

CREATE TABLE plazos (
    tipo TEXT NOT NULL,
    tipo_salario TEXT NOT NULL,
    fecha INTEGER NOT NULL,
    seguro INTEGER NOT NULL,
    limite INTEGER NOT NULL,
    CONSTRAINT pk_plazos PRIMARY KEY (tipo, tipo_salario, fecha)
) WITHOUT ROWID;

CREATE INDEX ix_movimientos_sin_plazo ON movimientos (fila) WHERE seguro IS NULL;

CREATE TRIGGER movimientos_plazo_alta AFTER INSERT ON movimientos WHEN new.seguro IS NULL
BEGIN
    UPDATE movimientos SET (seguro, limite) = (SELECT z.seguro, z.limite FROM plazos z
        WHERE z.tipo = new.tipo AND z.tipo_salario = new.tipo_salario AND z.fecha = new.fecha)
        WHERE fila = new.fila;
END;

CREATE TRIGGER movimientos_plazo_cambio AFTER UPDATE OF tipo, tipo_salario, fecha ON movimientos
    WHEN new.tipo <> old.tipo OR new.tipo_salario <> old.tipo_salario OR new.fecha <> old.fecha
BEGIN
    UPDATE movimientos SET (seguro, limite) = (SELECT z.seguro, z.limite FROM plazos z
        WHERE z.tipo = new.tipo AND z.tipo_salario = new.tipo_salario AND z.fecha = new.fecha)
        WHERE fila = new.fila;
END;

CREATE TABLE certificados_vigilados (
    id BLOB NOT NULL,
    contratista_id BLOB,
    tipo TEXT NOT NULL,
    numero TEXT NOT NULL,
    titular TEXT NOT NULL,
    rfc TEXT NOT NULL,
    valido_hasta VARCHAR(27) NOT NULL,
    certificado BLOB NOT NULL,
    creado VARCHAR(27) NOT NULL,
    CONSTRAINT pk_certificados_vigilados PRIMARY KEY (id)
);

CREATE TABLE diferencias_aceptadas (
    registro_patronal TEXT NOT NULL,
    nss TEXT NOT NULL,
    diferencia INTEGER NOT NULL,
    huella BLOB NOT NULL,
    motivo TEXT NOT NULL,
    usuario_id BLOB NOT NULL,
    cuando VARCHAR(27) NOT NULL,
    CONSTRAINT pk_diferencias_aceptadas PRIMARY KEY (registro_patronal, nss, diferencia)
);

CREATE TABLE conteos (
    estado INTEGER NOT NULL,
    fecha INTEGER NOT NULL,
    tipo TEXT NOT NULL,
    tipo_salario TEXT NOT NULL,
    en_archivo INTEGER NOT NULL,
    extemporaneo INTEGER NOT NULL,
    recibido INTEGER NOT NULL,
    cuantos INTEGER NOT NULL,
    CONSTRAINT pk_conteos PRIMARY KEY (estado, fecha, tipo, tipo_salario, en_archivo, extemporaneo,
        recibido)
) WITHOUT ROWID;

CREATE TABLE rechazados (
    fila INTEGER NOT NULL,
    trabajador INTEGER NOT NULL,
    tipo TEXT NOT NULL,
    tipo_salario TEXT NOT NULL,
    fecha INTEGER NOT NULL,
    por INTEGER,
    CONSTRAINT pk_rechazados PRIMARY KEY (fila)
);

CREATE INDEX ix_rechazados_por ON rechazados (por) WHERE por IS NOT NULL;

CREATE INDEX ix_rechazados_pendientes ON rechazados (trabajador, tipo, tipo_salario, fecha)
    WHERE por IS NULL;

CREATE INDEX ix_lotes_sin_respuesta ON lotes (estado, enviado, creado, nombre_archivo, movimientos)
    WHERE estado IN ('Generado', 'Enviado', 'Recibido');

CREATE TRIGGER movimientos_conteo_alta AFTER INSERT ON movimientos
BEGIN
    INSERT INTO conteos (estado, fecha, tipo, tipo_salario, en_archivo, extemporaneo, recibido,
        cuantos) VALUES (new.estado, new.fecha, new.tipo, new.tipo_salario, new.estado = 0
        AND new.lote_id IS NOT NULL,
        CASE WHEN new.estado IN (3, 5) THEN ifnull(new.extemporaneo, -1) ELSE -1 END,
        CASE WHEN new.estado IN (3, 5) THEN ifnull(new.recibido, -1) ELSE -1 END, 1)
        ON CONFLICT DO UPDATE SET cuantos = cuantos + 1;
END;

CREATE TRIGGER movimientos_conteo_baja AFTER DELETE ON movimientos
BEGIN
    UPDATE conteos SET cuantos = cuantos - 1
        WHERE (estado, fecha, tipo, tipo_salario, en_archivo, extemporaneo, recibido)
        = (old.estado, old.fecha, old.tipo, old.tipo_salario, old.estado = 0
        AND old.lote_id IS NOT NULL,
        CASE WHEN old.estado IN (3, 5) THEN ifnull(old.extemporaneo, -1) ELSE -1 END,
        CASE WHEN old.estado IN (3, 5) THEN ifnull(old.recibido, -1) ELSE -1 END);
    DELETE FROM conteos
        WHERE (estado, fecha, tipo, tipo_salario, en_archivo, extemporaneo, recibido)
        = (old.estado, old.fecha, old.tipo, old.tipo_salario, old.estado = 0
        AND old.lote_id IS NOT NULL,
        CASE WHEN old.estado IN (3, 5) THEN ifnull(old.extemporaneo, -1) ELSE -1 END,
        CASE WHEN old.estado IN (3, 5) THEN ifnull(old.recibido, -1) ELSE -1 END) AND cuantos = 0;
END;

CREATE TRIGGER movimientos_conteo_cambio AFTER UPDATE OF estado, fecha, tipo, tipo_salario, lote_id,
    extemporaneo, recibido ON movimientos
    WHEN (old.estado, old.fecha, old.tipo, old.tipo_salario, old.estado = 0
    AND old.lote_id IS NOT NULL,
    CASE WHEN old.estado IN (3, 5) THEN ifnull(old.extemporaneo, -1) ELSE -1 END,
    CASE WHEN old.estado IN (3, 5) THEN ifnull(old.recibido, -1) ELSE -1 END)
    IS NOT (new.estado, new.fecha, new.tipo, new.tipo_salario, new.estado = 0
    AND new.lote_id IS NOT NULL,
    CASE WHEN new.estado IN (3, 5) THEN ifnull(new.extemporaneo, -1) ELSE -1 END,
    CASE WHEN new.estado IN (3, 5) THEN ifnull(new.recibido, -1) ELSE -1 END)
BEGIN
    UPDATE conteos SET cuantos = cuantos - 1
        WHERE (estado, fecha, tipo, tipo_salario, en_archivo, extemporaneo, recibido)
        = (old.estado, old.fecha, old.tipo, old.tipo_salario, old.estado = 0
        AND old.lote_id IS NOT NULL,
        CASE WHEN old.estado IN (3, 5) THEN ifnull(old.extemporaneo, -1) ELSE -1 END,
        CASE WHEN old.estado IN (3, 5) THEN ifnull(old.recibido, -1) ELSE -1 END);
    DELETE FROM conteos
        WHERE (estado, fecha, tipo, tipo_salario, en_archivo, extemporaneo, recibido)
        = (old.estado, old.fecha, old.tipo, old.tipo_salario, old.estado = 0
        AND old.lote_id IS NOT NULL,
        CASE WHEN old.estado IN (3, 5) THEN ifnull(old.extemporaneo, -1) ELSE -1 END,
        CASE WHEN old.estado IN (3, 5) THEN ifnull(old.recibido, -1) ELSE -1 END) AND cuantos = 0;
    INSERT INTO conteos (estado, fecha, tipo, tipo_salario, en_archivo, extemporaneo, recibido,
        cuantos) VALUES (new.estado, new.fecha, new.tipo, new.tipo_salario, new.estado = 0
        AND new.lote_id IS NOT NULL,
        CASE WHEN new.estado IN (3, 5) THEN ifnull(new.extemporaneo, -1) ELSE -1 END,
        CASE WHEN new.estado IN (3, 5) THEN ifnull(new.recibido, -1) ELSE -1 END, 1)
        ON CONFLICT DO UPDATE SET cuantos = cuantos + 1;
END;

CREATE TRIGGER movimientos_rechazado_alta AFTER INSERT ON movimientos WHEN EXISTS (SELECT 1
    FROM rechazados WHERE por IS NULL)
BEGIN
    DELETE FROM rechazados WHERE por IS NULL AND trabajador IN (SELECT b.fila FROM trabajadores a
        CROSS JOIN trabajadores b ON b.nss = a.nss WHERE a.fila = new.trabajador)
        AND EXISTS (SELECT 1 FROM rechazados WHERE por IS NULL);
    DELETE FROM rechazados WHERE new.corrige <> ''
        AND fila IN (SELECT fila FROM movimientos WHERE id = unhex(new.corrige));
END;

CREATE TRIGGER movimientos_rechazado_cambio AFTER UPDATE OF id, trabajador, tipo, tipo_salario,
    registro_patronal, fecha, corrige, estado ON movimientos
BEGIN
    DELETE FROM rechazados WHERE fila = old.fila;
    DELETE FROM rechazados WHERE new.corrige <> ''
        AND fila IN (SELECT fila FROM movimientos WHERE id = unhex(new.corrige));
    DELETE FROM rechazados WHERE por = old.fila;
    DELETE FROM rechazados WHERE por IS NULL AND trabajador IN (SELECT b.fila FROM trabajadores a
        CROSS JOIN trabajadores b ON b.nss = a.nss WHERE a.fila = new.trabajador)
        AND EXISTS (SELECT 1 FROM rechazados WHERE por IS NULL);
END;

CREATE TRIGGER movimientos_rechazado_baja AFTER DELETE ON movimientos
BEGIN
    DELETE FROM rechazados WHERE fila = old.fila;
    DELETE FROM rechazados WHERE por = old.fila;
END;

CREATE TRIGGER trabajadores_rechazado_cambio AFTER UPDATE OF nss ON trabajadores
BEGIN
    DELETE FROM rechazados;
END;
