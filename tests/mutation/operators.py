"""What is changed in a function to make mutants of it: one small thing in each, as a slip of the hand would.

The operators are those of mutmut 3, with results and branches added; wording of docstrings and annotations
is left alone.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.Div, ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitAnd, ast.Pow: ast.Mult,
}  # fmt: skip
_PAIRS = (
    *(("lower", "upper"), ("lstrip", "rstrip"), ("find", "rfind"), ("ljust", "rjust"), ("index", "rindex")),
    *(("partition", "rpartition"), ("removeprefix", "removesuffix"), ("min", "max"), ("any", "all")),
)
_SWAPPED = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
Function = ast.FunctionDef


@dataclass(frozen=True)
class Mutant:
    """A function with one change; `lines` are those of the statement that differs, `told` says how."""

    function: Function
    lines: range
    told: str


def functions(module: ast.Module) -> Iterator[tuple[str, Function]]:
    """The functions of a module and the methods of its classes, with their class, "" for none."""
    for node in module.body:
        if isinstance(node, Function):
            yield "", node
        elif isinstance(node, ast.ClassDef):
            yield from ((node.name, inner) for inner in node.body if isinstance(inner, Function))


def mutants(function: Function) -> Iterator[Mutant]:
    """Each mutant of a function."""
    for place, (node, lines) in enumerate(_walked(function)):
        for number, other in enumerate(_others(node)):
            twin = copy.deepcopy(function)
            target, _ = _walked(twin)[place]
            # Made anew from the twin's own node, so that nothing is shared between mutants.
            replacement = list(_others(target))[number]
            ast.copy_location(replacement, target)
            changed = _replaced(twin, target, replacement)
            yield Mutant(ast.fix_missing_locations(changed), lines, _told(node, other))


def _walked(function: Function) -> list[tuple[ast.AST, range]]:
    """All nodes that may be changed, always in one order, with the lines of the statement they are in."""
    found: list[tuple[ast.AST, range]] = []

    def visit(node: ast.AST, lines: range) -> None:
        if isinstance(node, ast.stmt):
            lines = _lines(node)
        found.append((node, lines))
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "type_comment", "ctx"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _is_docstring(child):
                    visit(child, lines)

    whole = range(function.lineno, (function.end_lineno or 0) + 1)
    for default in (*function.args.defaults, *filter(None, function.args.kw_defaults)):
        visit(default, whole)
    for statement in function.body:
        if not _is_docstring(statement):
            visit(statement, whole)
    return found


def _lines(node: ast.stmt) -> range:
    """The lines of a simple statement, or of the head of one that holds others."""
    body: list[ast.stmt] = getattr(node, "body", [])
    end = body[0].lineno if body else (node.end_lineno or node.lineno) + 1
    return range(node.lineno, max(end, node.lineno + 1))


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _others(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    maker = _MAKERS.get(type(node))
    if maker:
        yield from maker(node)


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for at, op in enumerate(node.ops):
        if type(op) in _COMPARED:
            yield _with(node, ops=[*node.ops[:at], _COMPARED[type(op)](), *node.ops[at + 1 :]])


def _calculate(node: ast.BinOp | ast.AugAssign) -> Iterator[ast.AST]:
    if type(node.op) in _CALCULATED:
        yield _with(node, op=_CALCULATED[type(node.op)]())
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value)


def _either(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for at in range(len(node.values)):
        rest = node.values[:at] + node.values[at + 1 :]
        yield rest[0] if len(rest) == 1 else _with(node, values=rest)


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value: Any = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
    elif isinstance(value, str):
        yield ast.Constant(f"XX{value}XX")
    elif isinstance(value, bytes):
        yield ast.Constant(b"XX" + value + b"XX")


def _call(node: ast.Call) -> Iterator[ast.AST]:
    for at, given in enumerate(node.args):
        if not isinstance(given, ast.Starred) and not _is_none(given):
            yield _with(node, args=[*node.args[:at], ast.Constant(None), *node.args[at + 1 :]])
        if len(node.args) + len(node.keywords) > 1:
            yield _with(node, args=node.args[:at] + node.args[at + 1 :])
    for at, named in enumerate(node.keywords):
        before, after = node.keywords[:at], node.keywords[at + 1 :]
        if named.arg and not _is_none(named.value):
            yield _with(node, keywords=[*before, ast.keyword(named.arg, ast.Constant(None)), *after])
        if len(node.args) + len(node.keywords) > 1:
            yield _with(node, keywords=before + after)
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in _SWAPPED:
        field = "attr" if isinstance(node.func, ast.Attribute) else "id"
        yield _with(node, func=_with(node.func, **{field: _SWAPPED[name]}))


def _assign(node: ast.Assign | ast.AnnAssign) -> Iterator[ast.AST]:
    if node.value is not None:
        yield _with(node, value=ast.Constant("" if _is_none(node.value) else None))


def _return(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and not _is_none(node.value):
        yield ast.Return(ast.Constant(None))


def _lambda(node: ast.Lambda) -> Iterator[ast.AST]:
    yield _with(node, body=ast.Constant(0 if _is_none(node.body) else None))


def _choice(node: ast.IfExp) -> Iterator[ast.AST]:
    yield node.body
    yield node.orelse


def _branch(node: ast.If) -> Iterator[ast.AST]:
    yield _with(node, test=ast.Constant(False))
    yield _with(node, test=ast.Constant(True))


def _stop(node: ast.Break | ast.Continue) -> Iterator[ast.AST]:
    yield ast.Break() if isinstance(node, ast.Continue) else ast.Return()


_MAKERS: dict[type[ast.AST], Any] = {
    ast.Compare: _compare, ast.BinOp: _calculate, ast.AugAssign: _calculate, ast.BoolOp: _either,
    ast.UnaryOp: _unary, ast.Constant: _constant, ast.Call: _call, ast.Assign: _assign,
    ast.AnnAssign: _assign, ast.Return: _return, ast.Lambda: _lambda, ast.IfExp: _choice, ast.If: _branch,
    ast.Break: _stop, ast.Continue: _stop,
}  # fmt: skip


def _with(node: Any, **changed: Any) -> Any:
    twin = copy.copy(node)
    for name, value in changed.items():
        setattr(twin, name, value)
    return twin


def _is_none(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _told(node: ast.AST, other: ast.AST) -> str:
    was, now = (ast.unparse(ast.fix_missing_locations(copy.deepcopy(one))) for one in (node, other))
    first, second = was.split("\n")[0], now.split("\n")[0]
    return f"{first[:90]}  →  {second[:90]}"


def _replaced(function: Function, target: ast.AST, replacement: ast.AST) -> Function:
    class Put(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:
            return replacement if node is target else self.generic_visit(node)

    changed = Put().visit(function)
    assert isinstance(changed, Function)
    return changed
