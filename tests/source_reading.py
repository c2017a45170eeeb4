"""Finds what a module uses, under whatever name it imported it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an attribute chain that begins at a name; else nothing."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""


def names_used(tree: ast.Module) -> Iterator[str]:
    """The full name of everything a module imports or reaches through what it imported."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                known[alias.asname or top] = alias.name if alias.asname else top
                yield alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (chain := dotted(node)):
            head, _, rest = chain.partition(".")
            if head in known:
                yield f"{known[head]}.{rest}"


def uses(used: Iterable[str], wanted: set[str]) -> set[str]:
    """Which of the wanted names are among those used, by themselves or on the way to something of theirs."""
    steps = (name.split(".") for name in used)
    return wanted & {".".join(step[:end]) for step in steps for end in range(1, len(step) + 1)}
