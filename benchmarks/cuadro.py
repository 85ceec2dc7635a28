"""The table of a whole run: which figure of which benchmark has which goal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Result = Mapping[str, Any]


@dataclass(frozen=True)
class Goal:
    """One line of the table.

    path: the keys of the figure in the benchmark's answer. limit: the most, or with `least` the
    least, that is good; None for a figure without a goal. spread: the keys of its 5th and 95th
    percentile.
    """

    bench: str
    text: str
    path: tuple[str, ...]
    limit: float | None
    unit: str = ""
    least: bool = False
    spread: tuple[str, ...] = ()

    def value(self, results: Mapping[str, Result]) -> float | None:
        found = _at(results.get(self.bench), self.path)
        return float(found) if isinstance(found, int | float) else None

    def kept(self, value: float) -> bool:
        if self.limit is None:
            return True
        return value >= self.limit if self.least else value <= self.limit


def _sort(name: str) -> Goal:
    return Goal("modulo", f"… orden por {name}", ("razón al ordenar por", name), 15)


GOALS: Final = (
    Goal("arranque", "Arranque: pintada / ventana vacía (CPU)", ("razones", "pintada"), 1.25),
    Goal("arranque", "… hasta poder escribir y entrar", ("razones", "lista"), 3.0),
    Goal("arranque", "… hasta tener todos los servicios", ("razones", "completa"), 5.0),
    Goal("arranque", "… memoria al poder entrar", ("lista_rss_mib",), 115, " MiB"),
    Goal("arranque", "… con todos los servicios", ("completa_rss_mib",), None, " MiB"),
    Goal(
        "primera_ventana",
        "Primera ventana (reloj) / KeePassXC",
        ("razones", "entre KeePassXC"),
        1.2,
        spread=("p5 p95 mapeada ms", "programa"),
    ),
    Goal(
        "primera_ventana",
        "… / DB Browser for SQLite",
        ("razones", "entre DB Browser for SQLite"),
        None,
    ),
    Goal(
        "primera_ventana",
        "… CPU dos segundos después / KeePassXC",
        ("razones", "cpu entre KeePassXC"),
        4.0,
    ),
    Goal(
        "primera_ventana",
        "… lo mismo, carpeta vacía",
        ("razones", "cpu entre KeePassXC, carpeta vacía"),
        4.0,
    ),
    Goal("primera_ventana", "… memoria entonces", ("programa", "memoria MiB"), None, " MiB"),
    Goal(
        "modulo",
        "Módulo, 1,000,000: avance de página / repintado vacío",
        ("razón al repintado vacío", "avance"),
        1.5,
    ),
    Goal("modulo", "… salto a la mitad", ("razón al repintado vacío", "mitad"), 1.5),
    Goal("modulo", "… salto al final", ("razón al repintado vacío", "final"), 1.5),
    Goal("modulo", "… primera página, pintada", ("razón al repintado vacío", "primera"), 3.0),
    *(
        Goal("modulo", f"… pestaña {name}", ("razón al repintado vacío", f"pestaña {at}"), 3.0)
        for at, name in enumerate(("Reingresos", "Mod. Salarios", "Bajas"))
    ),
    *(
        _sort(name)
        for name in ("Plazo", "Último día", "UMF", "Lote", "Aviso recibido", "¿Qué debo?")
    ),
    Goal("modulo", "… escribir, p95", ("razón al escribir, p95",), 3.0),
    Goal("modulo", "… pausa propia más larga", ("razón de la pausa propia",), 1.0),
    Goal("modulo", "… memoria sobre la lista vacía", ("memoria MB",), 80, " MB"),
    Goal(
        "trabajadores",
        "Trabajadores de un contrato, 3,000: abrir / QTableWidget sin revisar",
        ("abrir entre QTableWidget",),
        1.0,
    ),
    Goal(
        "trabajadores",
        "… pegar / QTableWidget sin revisar",
        ("pegar entre QTableWidget",),
        2.0,
    ),
    Goal(
        "trabajadores",
        "Trabajadores, 200,000 movimientos: ventana y primera página / QTableWidget",
        ("primera página entre QTableWidget",),
        6.0,
    ),
    Goal(
        "trabajadores",
        "… ofrecer nombres / repintado vacío",
        ("ofrecer entre repintado vacío",),
        3.0,
    ),
    Goal(
        "salarios",
        "Modificar salarios, 10,000: abrir / QTableWidget sin calcular",
        ("abrir entre QTableWidget",),
        1.0,
    ),
    Goal("salarios", "… memoria al crear, sobre la ventana", ("memoria MB",), 60, " MB"),
    Goal(
        "tablero",
        "Tablero, 1,000,000: cifras y gráficas / repintado vacío",
        ("razón de las gráficas",),
        3.0,
    ),
    Goal("tablero", "… sus cifras", ("razón de las cifras",), 3.0),
    Goal("importacion", "Importar / executemany", ("razon_indices_despues",), 1.6),
    Goal("importacion", "… memoria máxima", ("memoria_mb",), 200, " MB"),
    Goal(
        "revision",
        "Revisión: líneas por segundo",
        ("lineas_por_segundo",),
        16_667,
        "/s",
        least=True,
    ),
    Goal("excel", "Escribir Excel × openpyxl", ("veces_openpyxl",), 10, least=True),
    Goal("recibos", "Leer CFDI / expat solo, carpeta o ZIP", ("peor_veces",), 2.0),
    Goal("recibos", "Leer 100,000 CFDI", ("peor_s_por_cien_mil",), 25, "s"),
    Goal("recibos", "Leer una emisión de 60,000 renglones", ("emision_s",), 2, "s"),
    Goal("lectura_excel", "Leer Excel / calamine, aislado", ("razones", "calamine"), 1.5),
    Goal(
        "certificados",
        "Certificado / su piso",
        ("razon",),
        2.0,
        spread=("validacion_p5_p95_ms",),
    ),
    Goal("durabilidad", "Confirmar con FULL / sqlcipher3", ("razones", "confirmar"), 8),
    Goal("durabilidad", "Copia en línea / la de SQLite", ("razones", "copia"), 1.2),
    Goal(
        "sincronizacion",
        "Enviar / las mismas llamadas ya preparadas",
        ("razon_llamadas_desnudas",),
        0.9,
        least=True,
    ),
)


def table(
    results: Mapping[str, Result], loads: Mapping[str, Sequence[float]], *, short: bool = False
) -> str:
    """Markdown. loads: per benchmark, the load at its start and its end. short: no spreads."""
    lines = [
        f"| Medida | Cifra |{'' if short else ' p5–p95 |'} Meta | | Carga |",
        f"|---|---|{'' if short else '---|'}---|---|---|",
    ]
    for goal in GOALS:
        value = goal.value(results)
        if value is None:
            spread = "" if short else " |"
            lines.append(f"| {goal.text} | no se midió |{spread} {_limit(goal)} | | |")
            continue
        band = _at(results[goal.bench], goal.spread) if goal.spread else None
        between = f" {_number(band[0])}–{_number(band[1])} |" if band else "  |"
        mark = "" if goal.limit is None else ("sí" if goal.kept(value) else "**no**")
        load = "–".join(f"{one:.1f}" for one in loads.get(goal.bench, ()))
        lines.append(
            f"| {goal.text} | {_number(value)}{goal.unit} |{'' if short else between} "
            f"{_limit(goal)} | {mark} | {load} |"
        )
    return "\n".join(lines) + "\n"


def missed(results: Mapping[str, Result]) -> set[str]:
    """The benchmarks with a figure that misses its goal."""
    found = set()
    for goal in GOALS:
        value = goal.value(results)
        if value is not None and not goal.kept(value):
            found.add(goal.bench)
    return found


def _limit(goal: Goal) -> str:
    if goal.limit is None:
        return "–"
    return f"{'≥' if goal.least else '≤'} {_number(goal.limit)}{goal.unit}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _at(result: Any, path: Sequence[str]) -> Any:
    for key in path:
        if isinstance(result, list):
            result = result[int(key)] if int(key) < len(result) else None
        elif isinstance(result, Mapping):
            result = result.get(key)
        else:
            return None
    return result
