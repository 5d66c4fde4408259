"""No module imports itself by way of others, imports inside functions included."""

import grimp


def circles(graph: grimp.ImportGraph) -> list[list[str]]:
    """Groups of modules that reach each other: what is left when modules that import nothing left are taken away."""
    left = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    while free := {module for module, imported in left.items() if not imported}:
        left = {module: imported - free for module, imported in left.items() if module not in free}
    return [sorted(left)] if left else []


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert circles(grimp.build_graph("radpipe", cache_dir=None)) == []


def test_a_circle_is_seen() -> None:
    graph = grimp.ImportGraph()
    for importer, imported in (("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")):
        graph.add_import(importer=importer, imported=imported)
    assert circles(graph) == [["a", "b", "c"]]
