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
    # A module that writes a page of docs/ cites from there.
    places = (ROOT, ROOT / "docs")
    lost = [pair for pair in cited if not any((place / pair[1]).is_file() for place in places)]
    assert sorted(lost) == []
