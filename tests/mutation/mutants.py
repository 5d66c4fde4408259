"""Mutants of a source file: one operator, comparison, constant, branch or name is changed, the rest is as it was."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

COMPARISONS = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
ARITHMETIC = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "*"),
    ast.Pow: ("**", "*"),
}
NAMES = {
    "min": "max",
    "max": "min",
    "floor": "ceil",
    "ceil": "floor",
    "any": "all",
    "all": "any",
    "argmin": "argmax",
    "argmax": "argmin",
    "minimum": "maximum",
    "maximum": "minimum",
    "sum": "prod",
    "median": "mean",
    "sorted": "list",
}
"""Functions and methods that a slip would exchange."""


@dataclass(frozen=True)
class Mutant:
    """One change.

    Parameters
    ----------
    line
        Where it begins, from 1.
    start, stop
        Characters of the source that are replaced.
    before, after
        What stands there, and what shall.
    """

    line: int
    start: int
    stop: int
    before: str
    after: str

    def apply(self, source: str) -> str:
        """Return the changed source."""
        return source[: self.start] + self.after + source[self.stop :]


def mutants_of(source: str) -> list[Mutant]:
    """List all mutants of a source in the order of its text; docstrings and type hints are left alone.

    Parameters
    ----------
    source
        Text of a module.

    Examples
    --------
    >>> [(one.before, one.after) for one in mutants_of("def f(x):\\n    return x + 1 < 3\\n")]
    [('x + 1 < 3', 'x + 1 <= 3'), ('x + 1', 'x - 1'), ('1', '2'), ('3', '4')]
    """
    tree = ast.parse(source)
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    lines = source.splitlines()

    def place(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    text = _Text(source, place)
    found: set[Mutant] = set()
    skipped = set(_not_run(tree))
    for node in ast.walk(tree):
        if id(node) in skipped or not isinstance(node, ast.expr):
            continue
        start, stop = text.span(node)
        for kind in (_operators, _signs, _constants, _branches, _calls):
            found.update(Mutant(node.lineno, start, stop, text.of(node), after) for after in kind(node, text))
    return sorted((one for one in found if _parses(one.apply(source))), key=lambda one: (one.start, one.after))


def _not_run(tree: ast.Module) -> Iterator[int]:
    """Yield nodes that change nothing when they change: docstrings, hints, ``__all__``."""
    for node in ast.walk(tree):
        unread: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef):
            arguments = [*node.args.args, *node.args.kwonlyargs, *node.args.posonlyargs]
            unread += [node.returns, *(one.annotation for one in arguments), *node.decorator_list]
        if isinstance(node, ast.AnnAssign):
            unread.append(node.annotation)
        if isinstance(node, ast.Assign) and any(getattr(one, "id", "") == "__all__" for one in node.targets):
            unread.append(node.value)
        if isinstance(node, ast.ClassDef):
            unread += node.decorator_list
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
            unread.append(
                node.value if ast.unparse(node.value).startswith(("npt.", "Callable", "Mapping", "dict[")) else None
            )
        if isinstance(node, ast.Raise):
            unread.append(node.exc)
        for one in unread:
            if one is not None:
                yield from (id(inner) for inner in ast.walk(one))


@dataclass(frozen=True)
class _Text:
    """A source, and where its nodes stand in it."""

    source: str
    place: Callable[[int, int], int]

    def span(self, node: ast.expr) -> tuple[int, int]:
        return self.place(node.lineno, node.col_offset), self.place(node.end_lineno or 0, node.end_col_offset or 0)

    def of(self, node: ast.expr) -> str:
        start, stop = self.span(node)
        return self.source[start:stop]

    def with_operator(self, whole: ast.expr, left: ast.expr, right: ast.expr, old: str, new: str) -> str:
        """Change the operator between two parts of an expression; brackets and blanks around it stay."""
        (first, last), after, before = self.span(whole), self.span(left)[1], self.span(right)[0]
        return self.source[first:after] + self.source[after:before].replace(old, new, 1) + self.source[before:last]


def _operators(node: ast.expr, text: _Text) -> Iterator[str]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        old, new = COMPARISONS[type(node.ops[0])]
        yield text.with_operator(node, node.left, node.comparators[0], old, new)
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        yield text.with_operator(node, node.left, node.right, *ARITHMETIC[type(node.op)])
    if isinstance(node, ast.BoolOp):
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        yield text.with_operator(node, node.values[0], node.values[1], old, new)


def _signs(node: ast.expr, text: _Text) -> Iterator[str]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield f"({text.of(node.operand)})"


def _constants(node: ast.expr, _text: _Text) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield str(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield str(node.value + 1)
    elif isinstance(node, ast.Constant) and isinstance(node.value, float):
        yield repr(node.value * 1.1 if node.value else 1.0)


def _branches(node: ast.expr, text: _Text) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield f"({text.of(node.body)})"
        yield f"({text.of(node.orelse)})"


def _calls(node: ast.expr, text: _Text) -> Iterator[str]:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in NAMES:
            called = text.of(node.func)
            yield called.removesuffix(name) + NAMES[name] + text.of(node)[len(called) :]


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True
