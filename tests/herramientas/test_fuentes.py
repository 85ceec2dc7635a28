"""What modules cite is in the project."""

from __future__ import annotations

import re

from tests.conftest import ROOT

CITED = re.compile(r"\b(?:[\w-]+/)+[\w-]+\.md\b")
FOLDERS = ("icsoe_desktop", "benchmarks", "resources", "tests")


def test_each_document_that_a_module_cites_is_in_the_project() -> None:
    cited = {
        (path.relative_to(ROOT).as_posix(), document)
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        for document in CITED.findall(path.read_text("utf-8"))
    }
    assert len({document for _, document in cited}) > 5
    assert [pair for pair in sorted(cited) if not (ROOT / pair[1]).is_file()] == []
