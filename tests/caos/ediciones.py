"""What people do at a desktop: one edit after the other through the real services."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.ejemplo.personas import capturistas
from icsoe_desktop.domain.icsoe.capturista import CapturistaNuevo, Estatus
from icsoe_desktop.domain.icsoe.domicilio import Domicilio, RespuestaDomicilio
from icsoe_desktop.domain.identificadores.persona import NOMBRE_CAMPOS
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.certificados.service import CertificadosService
from icsoe_desktop.services.certificados.valores import CertificadoElegido
from icsoe_desktop.services.sincronizacion.answers import ClaseConflicto, Eleccion
from icsoe_desktop.store.tables.icsoe import ContratistaRow, RelacionRow
from icsoe_desktop.store.tables.registros import CertificadoRow, RegistroPatronalRow
from icsoe_desktop.store.tables.sincronizacion import ConflictoRow
from icsoe_desktop.store.types import Instant
from tests.caos.diario import FALLA, HECHO, NO, VA, Diario
from tests.caos.ediciones_movimientos import Movimientos


@dataclass
class Lugar:
    """Where a desktop works. registro: of its own, for its certificates."""

    equipo: int
    app: Application
    certificados: CertificadosService
    carpeta: Path
    sesion: Sesion
    contratista: Sesion
    registro: str

    @classmethod
    def at(
        cls,
        equipo: int,
        app: Application,
        autoridades: list[Any],
        carpeta: Path,
        sesion: Sesion,
        registro: str,
    ) -> Lugar | None:
        """None as long as the office's first records have not arrived."""
        with app.store.read() as db:
            own = db.query(ContratistaRow).one_or_none()
        if own is None:
            return None
        verifier = CertificateVerifier(Autoridades(autoridades))
        certificados = CertificadosService(app.store, app.bitacora, verifier, pruebas=False)
        contratista = Sesion(Rol.CONTRATISTA, own.id, own.nombre, own.id)
        return cls(equipo, app, certificados, carpeta, sesion, contratista, registro)


class Actos:
    """What every kind of edit needs: where it is, its journal, chance, and new tokens."""

    def __init__(self, lugar: Lugar, diario: Diario, azar: random.Random) -> None:
        self.lugar = lugar
        self.app = lugar.app
        self.diario = diario
        self.azar = azar

    @contextmanager
    def act(self, que: str, **told: Any) -> Any:
        """Says it before and after; what the service adds goes into the yielded dict."""
        n = self.diario.next()
        result: dict[str, Any] = {}
        self.diario.write(n, VA, q=que, **told)
        try:
            yield result
        except UserFacingError as error:
            self.diario.write(n, NO, q=que, motivo=error.message)
        except Exception as error:
            self.diario.write(n, FALLA, q=que, error=f"{type(error).__name__}: {error}")
            raise
        else:
            self.diario.write(n, HECHO, q=que, **result)

    def token(self) -> str:
        return f"{self.lugar.equipo}{self.diario.next():07}"

    def telefono(self) -> str:
        return f"55{self.token()}"

    def correo(self) -> str:
        return f"c{self.token()}@ejemplo.invalid"


class EdicionesCapturistas(Actos):
    def __init__(self, lugar: Lugar, diario: Diario, azar: random.Random, personas: int) -> None:
        """personas: whom all desktops know; of few, often two register the same one."""
        super().__init__(lugar, diario, azar)
        self._personas = list(capturistas(personas))

    def _relacion(self, *estatus: Estatus) -> RelacionRow | None:
        with self.app.store.read() as db:
            rows = db.scalars(
                select(RelacionRow)
                .where(RelacionRow.estatus.in_([each.value for each in estatus]))
                .order_by(RelacionRow.curp)
            ).all()
            db.expunge_all()
        return self.azar.choice(rows) if rows else None

    def alta(self) -> None:
        datos = self.azar.choice(self._personas)
        telefono, correo = self.telefono(), self.correo()
        nuevo = _typed(datos, telefono, correo)
        with self.act("alta", lugar=f"capturista|{datos.curp}", fichas=[telefono, correo]):
            self.app.capturistas.register(self.lugar.contratista, nuevo)

    def cambio(self) -> None:
        row = self._relacion(Estatus.REGISTRADA)
        if row is None:
            return
        visto = self.app.capturistas.get(self.lugar.contratista, row.id)
        telefono, correo = visto.telefono, visto.correo
        fichas, previas = [], []
        if self.azar.random() < 0.6:
            previas.append(telefono)
            telefono = self.telefono()
            fichas.append(telefono)
        if not fichas or self.azar.random() < 0.4:
            previas.append(correo)
            correo = self.correo()
            fichas.append(correo)
        nuevo = _typed(visto, telefono, correo)
        with self.act("cambio", lugar=f"capturista|{row.curp}", fichas=fichas, previas=previas):
            self.app.capturistas.update(self.lugar.contratista, row.id, nuevo, visto=visto)

    def baja(self) -> None:
        row = self._relacion(Estatus.REGISTRADA, Estatus.ACTIVA)
        if row is None:
            return
        with self.act("baja", lugar=f"capturista|{row.curp}") as result:
            done = self.app.capturistas.baja(self.lugar.contratista, row.id)
            result["fichas"] = [_instant(done.dado_de_baja)]

    def activar(self) -> None:
        row = self._relacion(Estatus.BAJA)
        if row is None:
            return
        previas = [_instant(row.dado_de_baja)]
        with self.act("activar", lugar=f"capturista|{row.curp}", previas=previas):
            self.app.capturistas.activar(self.lugar.contratista, row.id, row.dado_de_baja)

    def deshacer(self) -> None:
        row = self._relacion(Estatus.REGISTRADA)
        if row is None:
            return
        visto = self.app.capturistas.get(self.lugar.contratista, row.id)
        # What had lost of her goes with her: the desktop shows it, and whoever deletes her knows.
        with self.app.store.read() as db:
            lost = db.scalars(
                select(ConflictoRow.perdido).where(ConflictoRow.registro == row.id)
            ).all()
        previas = [visto.telefono, visto.correo]
        previas += [str(value) for values in map(json.loads, lost) for value in values]
        with self.act("deshacer", lugar=f"capturista|{row.curp}", previas=previas):
            self.app.capturistas.undo_register(self.lugar.contratista, row.id, visto=visto)


def _typed(who: Any, telefono: str, correo: str) -> CapturistaNuevo:
    """who: has a CURP and a name."""
    names = {one: getattr(who, one) for one in ("curp", *NOMBRE_CAMPOS)}
    return CapturistaNuevo(**names, telefono=telefono, correo=correo, confirmacion=correo)


def _instant(moment: Any) -> str:
    return str(Instant().process_bind_param(moment, None))


CLAVE = "Muy.Secreta93"
RFC_MORAL = "TBI990101QX5"
PERSONAS = 60  # shared by all desktops, so that two register the same one


class Ediciones(Actos):
    def __init__(
        self, lugar: Lugar, diario: Diario, azar: random.Random, personas: int = PERSONAS
    ) -> None:
        super().__init__(lugar, diario, azar)
        self._capturistas = EdicionesCapturistas(lugar, diario, azar, personas)
        self._movimientos = Movimientos(lugar.app, lugar.sesion, lugar.equipo, lugar.carpeta, azar)
        self._kinds: dict[Callable[[], None], int] = {
            self._capturistas.alta: 10,
            self._capturistas.cambio: 16,
            self._capturistas.baja: 4,
            self._capturistas.activar: 3,
            self._capturistas.deshacer: 1,
            self._generales: 6,
            self._domicilio: 3,
            self._razon_social: 5,
            self._certificado: 2,
            self._resolver: 3,
            self._capturar: 12,
            self._importar: 2,
            self._editar: 6,
            self._borrar: 2,
            self._lote: 4,
            self._marcar: 8,
        }

    def only(self, azar: random.Random) -> None:
        """Some kinds of edits more often and others never, which shows what a mixture hides."""
        for kind in self._kinds:
            self._kinds[kind] = azar.choice([0, 0, 1, 3, 10])
        for needed in (self._capturistas.alta, self._capturar):
            self._kinds[needed] = max(self._kinds[needed], 1)

    def one(self) -> None:
        """Something, by the plan of the seed; refused things are noted as refused."""
        kind = self.azar.choices(list(self._kinds), list(self._kinds.values()))[0]
        kind()

    def look(self) -> None:
        """Notes states of movements that this desktop shows."""
        self.diario.write(self.diario.next(), "visto", estados=self._movimientos.states(20))

    # -- the contratista

    def _generales(self) -> None:
        visto = self.app.contratistas.informacion(self.lugar.contratista).generales
        assert visto is not None
        was = asdict(visto)
        campo = self.azar.choice(list(was))
        ficha = self.correo() if campo == "correo" else self.telefono()
        previas = [was[campo]] if was[campo] else []
        with self.act("generales", lugar="contratista", fichas=[ficha], previas=previas):
            self.app.contratistas.save_generales(
                self.lugar.contratista, **{**was, campo: ficha}, visto=visto
            )

    def _domicilio(self) -> None:
        shown = self.app.contratistas.informacion(self.lugar.contratista)
        visto = RespuestaDomicilio(shown.social.igual, shown.social.domicilio)
        previas = [shown.social.domicilio.calle] if shown.social.domicilio is not None else []
        calle = f"Calle {self.token()}"
        domicilio = Domicilio(
            codigo_postal="64000",
            colonia="Centro",
            calle=calle,
            numero_exterior="1",
            municipio="Monterrey",
            estado="Nuevo León",
        )
        with self.act("domicilio", lugar="contratista", fichas=[calle], previas=previas):
            self.app.contratistas.save_domicilio(self.lugar.contratista, domicilio, visto)

    # -- registros patronales and certificates

    def _razon_social(self) -> None:
        row = self.azar.choice(self.app.registros_patronales.all(self.lugar.sesion))
        razon = f"Empresa {self.token()}"
        with self.act(
            "razón social",
            lugar=f"registro|{row.registro_patronal}",
            fichas=[razon],
            previas=[row.razon_social],
        ):
            self.app.registros_patronales.edit(
                self.lugar.sesion,
                row.id,
                registro_patronal=row.registro_patronal,
                razon_social=razon,
                rfc=row.rfc,
                visto=row,
            )

    def _certificado(self) -> None:
        """Puts another certificate on the desktop's own registro, or takes it away."""
        with self.app.store.read() as db:
            registro = db.scalars(
                select(RegistroPatronalRow).where(
                    RegistroPatronalRow.registro_patronal == self.lugar.registro
                )
            ).one()
            row = db.scalars(
                select(CertificadoRow).where(CertificadoRow.registro_patronal_id == registro.id)
            ).one_or_none()
            db.expunge_all()
        lugar = f"certificado|{self.lugar.registro}"
        seen = None if row is None else row.certificado_nombre.removesuffix(".cer")
        if row is not None and self.azar.random() < 0.3:
            with self.act("certificado fuera", lugar=lugar, numero=None, sacado=seen):
                self.lugar.certificados.delete(self.lugar.sesion, row.id)
            return
        cer = self.azar.choice(sorted(self.lugar.carpeta.glob("*.cer")))
        elegido = CertificadoElegido(
            registro.id, cer, cer.with_suffix(".key"), "", CLAVE, reemplazar=True
        )
        with self.act("certificado", lugar=lugar, numero=cer.stem, reemplaza=seen) as result:
            self.lugar.certificados.save(self.lugar.sesion, elegido)
            with self.app.store.read() as db:
                mine = CertificadoRow.registro_patronal_id == registro.id
                # A round may have taken it away meanwhile.
                found = db.scalars(select(CertificadoRow.id).where(mine)).one_or_none()
            result["id"] = found.hex if found else ""

    # -- conflicts

    def _resolver(self) -> None:
        service = self.app.sincronizacion
        found = [
            one
            for one in service.conflictos.all(self.lugar.sesion)
            if one.clase is ClaseConflicto.CAMPO
        ]
        if not found:
            return
        one = self.azar.choice(found)
        eleccion = self.azar.choice(list(Eleccion))
        # Whoever chooses has seen both.
        gone, kept = one.perdido, one.vigente
        if eleccion is Eleccion.PERDIDO:
            gone, kept = kept, gone
        with self.act("resolver", lugar="conflicto", previas=[gone], otra=kept):
            service.conflictos.resolve(self.lugar.sesion, one, eleccion)

    # -- movements

    def _capturar(self) -> None:
        clave, ficha, captura = self._movimientos.new(self.token())
        with self.act("captura", claves=[clave], fichas=[ficha]):
            self.app.movimientos.capture(self.lugar.sesion, captura)

    def _importar(self) -> None:
        path, claves = self._movimientos.file(self.diario.next(), self.azar.randrange(5, 40))
        with self.act("importación", claves=claves):
            self._movimientos.bring_in(path)

    def _editar(self) -> None:
        found = self._movimientos.pending(1)
        if not found:
            return
        visto = found[0]
        clave, ficha, previa, captura = self._movimientos.changed(visto, self.token())
        previas = [previa] if previa else []
        with self.act("edición", claves=[clave], fichas=[ficha], previas=previas):
            self.app.movimientos.edit(self.lugar.sesion, visto.id, captura, visto=visto)

    def _borrar(self) -> None:
        found = self._movimientos.pending(2)
        if not found:
            return
        claves = [self._movimientos.clave(one) for one in found]
        previas = [one.clave_trabajador for one in found if one.clave_trabajador]
        with self.act("borrado", claves=claves, previas=previas):
            self.app.movimientos.delete(self.lugar.sesion, [one.id for one in found], found)

    def _lote(self) -> None:
        found = self._movimientos.pending(self.azar.randrange(2, 15))
        if not found:
            return
        claves = [self._movimientos.clave(one) for one in found]
        with self.act("lote", pedidas=claves) as result:
            result["lotes"] = self._movimientos.generate(found)

    def _marcar(self) -> None:
        lotes = [
            one
            for one in self.app.lotes.all(self.lugar.sesion)
            if one.estado.value not in ("Cancelado", "Rechazado", "Aprobado")
        ]
        if not lotes:
            return
        lote = self.azar.choice(lotes)
        paso, mark = self._movimientos.mark(lote)
        with self.act("marca", lote=lote.id.hex, estado=paso) as result:
            mark()
            result["claves"] = self._movimientos.in_lote(lote.id)
