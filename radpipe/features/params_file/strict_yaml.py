"""YAML that says one thing: no key twice, no merge keys, no endless nesting."""

from typing import Any

import yaml

__all__ = ["StrictLoader"]


DEEPEST = 8
"""Levels of a parameter file; the deepest that means something is the item of a list of an image type's setting."""


class StrictLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key written twice, merge keys, keys that are no words, and endless nesting."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Read one node, unless it lies too deep."""
        self._depth += 1
        if self._depth > DEEPEST:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            message = f"nested deeper than {DEEPEST} levels (line {mark.line + 1})"
            raise yaml.composer.ComposerError(None, None, message, mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def _construct_mapping(loader: StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key_node, _ in node.value:
        line = key_node.start_mark.line + 1
        message = ""
        if key_node.tag == "tag:yaml.org,2002:merge":
            message = f"the merge key << is not taken: write its settings out (line {line})"
        elif not isinstance(key_node, yaml.ScalarNode):
            message = f"a key must be a word (line {line})"
        elif key_node.value in seen:
            message = f"{key_node.value} is written twice (line {line})"
        if message:
            raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
        seen.add(key_node.value)
    return loader.construct_mapping(node, deep=True)


StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)
