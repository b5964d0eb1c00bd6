"""What must hold of the tree of files itself."""

import ast
import tomllib

import grimp
import pytest

from tests.programs import ROOT

FOLDERS = ("core", "explorer")


def files(folder):
    return sorted((ROOT / folder).rglob("*.py"))


def test_every_package_is_listed_and_no_other():
    """pyproject.toml lists them one by one: one that is forgotten is missing in the wheel."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = {path.parent.relative_to(ROOT) for folder in FOLDERS for path in files(folder)}
    assert sorted(listed) == sorted(
        ["lacuna.resources", *(".".join(("lacuna", *folder.parts)) for folder in folders)]
    )


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_holds_rooms_and_hardly_a_loose_file(folder):
    assert len(list((ROOT / folder).glob("*.py"))) <= 4


@pytest.mark.parametrize("package", ["lacuna.core", "lacuna.explorer"])
def test_no_module_imports_itself_on_any_way(package):
    """Imports that only a type checker sees count too."""
    graph = grimp.build_graph(package, cache_dir=None)
    imports = ((one, other) for one in graph.modules for other in imported(graph, one))
    circles = [pair for pair in imports if graph.chain_exists(importer=pair[1], imported=pair[0])]
    assert circles == []


def imported(graph, module):
    return sorted(graph.find_modules_directly_imported_by(module))


def test_nothing_is_probed_for_what_it_offers():
    """What a model or a widget offers is a type, and isinstance tells it."""
    probed = [path for folder in FOLDERS for path in files(folder) if "hasattr" in names(path)]
    assert probed == []


def names(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_files_are_formatted_but_for_a_few_tables():
    paths = [path for folder in (*FOLDERS, "tests") for path in files(folder)]
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    assert sum(line.endswith("# fmt: skip") for line in lines) < 30
