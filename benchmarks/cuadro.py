"""The table of a whole run, and its chart: which figure of which benchmark has which goal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.crecimiento import FIRST, IMPORT, PLAZO, SEARCH, WHOLE

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
    return Goal("modulo", f"… orden por {name}", ("ms al ordenar por", name), 400, " ms")


GOALS: Final = (
    Goal("arranque", "Arranque: pintada / ventana vacía (CPU)", ("razones", "pintada"), 1.25),
    Goal("arranque", "… hasta poder escribir y entrar", ("razones", "lista"), 3.0),
    Goal("arranque", "… hasta tener todos los servicios", ("razones", "completa"), None),
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
    Goal("primera_ventana", "… CPU dos segundos después", ("programa", "cpu s"), 0.8, " s"),
    Goal(
        "primera_ventana",
        "… lo mismo, carpeta vacía",
        ("programa, carpeta vacía", "cpu s"),
        0.8,
        " s",
    ),
    Goal("primera_ventana", "… memoria entonces", ("programa", "memoria MiB"), None, " MiB"),
    Goal(
        "modulo",
        "Módulo, 1,000,000: avance de página / repintado vacío",
        ("razón al repintado vacío", "avance"),
        1.5,
        spread=("ms p5 p95", "avance"),
    ),
    Goal("modulo", "… salto a la mitad", ("razón al repintado vacío", "mitad"), 1.5),
    Goal("modulo", "… salto al final", ("razón al repintado vacío", "final"), 1.5),
    Goal(
        "modulo",
        "… primera página, pintada",
        ("ms", "primera"),
        100,
        " ms",
        spread=("ms p5 p95", "primera"),
    ),
    Goal("modulo", "… ¿Qué debo?", ("ms", "debo"), 100, " ms", spread=("ms p5 p95", "debo")),
    Goal(
        "modulo",
        "… cambio de pestaña",
        ("ms", "pestaña"),
        100,
        " ms",
        spread=("ms p5 p95", "pestaña"),
    ),
    *(_sort(name) for name in ("Plazo", "Último día", "UMF", "Lote", "Aviso recibido")),
    Goal("modulo", "… escribir, p95", ("ms al escribir", "1"), 100, " ms"),
    Goal(
        "modulo",
        "… escribir en otro orden, p95",
        ("ms al escribir, orden sin índice", "1"),
        100,
        " ms",
    ),
    Goal("modulo", "… pausa propia más larga", ("pausa propia ms",), 30, " ms"),
    Goal("modulo", "… memoria sobre la lista vacía", ("memoria MB",), 80, " MB"),
    Goal(
        "trabajadores",
        "Trabajadores de un contrato, 3,000: abrir la ventana",
        ("abrir ms",),
        100,
        " ms",
        spread=("abrir ms p5 p95",),
    ),
    Goal(
        "trabajadores",
        "… pegar otros 3,000, revisados",
        ("pegar ms",),
        1_000,
        " ms",
        spread=("pegar ms p5 p95",),
    ),
    Goal(
        "trabajadores",
        "… abrir / QTableWidget sin revisar",
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
        "tablero",
        "Tablero, 1,000,000: cifras y gráficas, pintadas",
        ("gráficas ms",),
        100,
        " ms",
        spread=("gráficas ms p5 p95",),
    ),
    Goal("tablero", "… sus cifras", ("cifras ms",), 100, " ms", spread=("cifras ms p5 p95",)),
    Goal("tablero", "… CPU de ambas / un GROUP BY directo", ("CPU entre la consulta",), 1),
    Goal("busqueda", "Búsqueda: p95 de los primeros 100", ("p95_ms",), 30, " ms"),
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
    Goal("lectura_excel", "Leer Excel / calamine, aislado", ("razones", "calamine"), 1.5),
    Goal(
        "certificados",
        "Certificado / su piso",
        ("razon",),
        2.0,
        spread=("validacion_p5_p95_ms",),
    ),
    Goal("certificados", "… veces más rápido que satcfdi", ("razon_satcfdi",), None),
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


# The chart.
_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 760, 380, 70, 20, 270, 50
_DASHES: Final = {IMPORT: "", FIRST: "8 4", PLAZO: "2 3", SEARCH: "10 3 2 3", WHOLE: "4 4"}


def chart(result: Result) -> str:
    """SVG of the figures of `crecimiento`: milliseconds by movements, both by powers of ten."""
    series: dict[str, dict[str, float]] = {
        name: values for name, values in result["cpu_ms"].items() if name in _DASHES
    }
    sizes = sorted({int(size) for values in series.values() for size in values})
    low, high = math.log10(sizes[0]), math.log10(sizes[-1])
    most = max(value for values in series.values() for value in values.values())
    bottom, top = -1.0, math.ceil(math.log10(max(most, 1.0)))

    def place(size: float, value: float) -> tuple[float, float]:
        across = (math.log10(size) - low) / ((high - low) or 1)
        up = (math.log10(max(value, 10**bottom)) - bottom) / (top - bottom)
        return (
            _LEFT + across * (_WIDTH - _LEFT - _RIGHT),
            _HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="12" fill="currentColor" stroke="none">',
        "<title>Milisegundos de CPU según los movimientos guardados</title>",
    ]
    for power in range(int(bottom), int(top) + 1):
        x, y = place(sizes[0], 10**power)
        right = _WIDTH - _RIGHT
        parts.append(
            f'<path d="M{x:.0f} {y:.0f}H{right}" stroke="currentColor" stroke-opacity="0.2"/>'
            f'<text x="{x - 8:.0f}" y="{y + 4:.0f}" text-anchor="end">{10**power:g} ms</text>'
        )
    for size in sizes:
        x, y = place(size, 10**bottom)
        parts.append(f'<text x="{x:.0f}" y="{y + 20:.0f}" text-anchor="middle">{size:,}</text>')
    ends = []
    for name, values in series.items():
        points = [place(int(size), value) for size, value in sorted(values.items(), key=_by_size)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="currentColor" stroke-width="2" '
            f'stroke-dasharray="{_DASHES[name]}"/>'
        )
        ends.append((points[-1][1], name, points[-1][0]))
    last = 0.0
    for y, name, x in sorted(ends):
        # Names of lines that end together stand one below the other.
        last = max(y + 4, last + 15)
        parts.append(f'<text x="{x + 8:.0f}" y="{last:.0f}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _by_size(item: tuple[str, float]) -> int:
    return int(item[0])
