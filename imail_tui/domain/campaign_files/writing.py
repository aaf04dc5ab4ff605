"""Writing a campaign's YAML: a new file, or what changed put into an old one with its comments kept.

Whatever is written is read again before it is given away. Where YAML's own ways would change a value, the
file becomes JSON, which is YAML too.
"""

import io
import json
import re
from collections.abc import Mapping

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from imail_tui.domain.campaign_files.reading import Unreadable, read_campaign
from imail_tui.domain.sequence.violations import Raw

_WIDTH = 4096
"""Characters before a line is folded: copy is folded by whoever writes it, never by us."""
_SHORT_ATOM = 3
"""Fields up to which a condition stands on one line."""
_PLAIN_BLOCK = re.compile(r"(?!\s)[^\r\t\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff]*")
_ESCAPED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
_OLD_YAML = re.compile(r"[0-9]+(:[0-9]+)+|yes|no|on|off|y|n", re.IGNORECASE)
"""Text that YAML 1.1 reads as a number or a truth value: quoted, so that every tool reads text."""


class _Representer(RoundTripRepresenter):
    """Says null where there is nothing: a blank after `next:` looks like something forgotten."""

    def represent_null(self, _: None) -> ScalarNode:
        node: ScalarNode = self.represent_scalar("tag:yaml.org,2002:null", "null")
        return node


_Representer.add_representer(type(None), _Representer.represent_null)


def new_file(campaign: Raw) -> str:
    """The file of a campaign, in the order it stands in."""
    return _proven(_dumped(_node(dict(campaign))), campaign)


def updated_file(text: str, campaign: Raw) -> str:
    """An old file that says what the campaign is now; comments and order of what stays are kept.

    Raises:
        Unreadable: the old file is none.
    """
    old = read_campaign(text.encode()).campaign
    if old == campaign:
        return text
    yaml = _yaml()
    try:
        tree = yaml.load(text)
    except (YAMLError, ValueError):
        # Read by us and not by the library: nothing of it can be kept.
        return new_file(campaign)
    _merge_map(tree, old, dict(campaign))
    return _proven(_dumped(tree, yaml), campaign)


def _yaml() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.Representer = _Representer
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_unicode = True
    return yaml


def _dumped(tree: object, yaml: YAML | None = None) -> str:
    out = io.StringIO()
    try:
        (yaml or _yaml()).dump(tree, out)
    except (YAMLError, ValueError):
        return ""
    return out.getvalue()


def _proven(text: str, campaign: Raw) -> str:
    try:
        if _same(read_campaign(text.encode()).campaign, campaign):
            return text
    except (Unreadable, ValueError):
        pass
    return _as_json(campaign)


def _as_json(campaign: Raw) -> str:
    """JSON with letters as they are: YAML reads the escapes of a pair of surrogates as two letters."""
    text = json.dumps(campaign, indent=2, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def _same(left: object, right: object) -> bool:
    """Equality that tells 1 from 1.0 and from true."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


def _merge_map(node: CommentedMap, old: Mapping[str, object], new: Mapping[str, object]) -> None:
    for key in [key for key in old if key not in new]:
        del node[key]
    for place, (key, value) in enumerate(new.items()):
        if key not in old:
            node.insert(_place(node, list(new), place), key, _node(value))
        elif not _same(old[key], value):
            node[key] = _merged(node[key], old[key], value)


def _place(node: CommentedMap, keys: list[str], place: int) -> int:
    """Where a new key goes: after the one before it."""
    present = list(node)
    for key in reversed(keys[:place]):
        if key in present:
            return present.index(key) + 1
    return 0


def _merged(node: object, old: object, new: object) -> object:
    if isinstance(node, CommentedMap) and isinstance(old, Mapping) and isinstance(new, Mapping):
        _merge_map(node, old, new)
        return node
    if isinstance(node, CommentedSeq) and isinstance(old, list) and isinstance(new, list):
        return _merge_list(node, old, new)
    if isinstance(new, str) and isinstance(node, LiteralScalarString):
        return _text(new)
    return _node(new)


def _merge_list(node: CommentedSeq, old: list[object], new: list[object]) -> object:
    """Entries with an id are found again wherever they went, others by their place."""
    names = [_name(item, place) for place, item in enumerate(old)]
    wanted = [_name(item, place) for place, item in enumerate(new)]
    if names == wanted:
        for place, (before, after) in enumerate(zip(old, new, strict=True)):
            if not _same(before, after):
                node[place] = _merged(node[place], before, after)
        return node
    if len(set(names)) != len(names) or len(set(wanted)) != len(wanted):
        return _node(new)
    entries = {name: (node[place], old[place], node.ca.items.get(place)) for place, name in enumerate(names)}
    del node[:]
    node.ca.items.clear()
    for place, (name, after) in enumerate(zip(wanted, new, strict=True)):
        if name not in entries:
            node.append(_node(after))
            continue
        entry, before, comment = entries[name]
        node.append(entry if _same(before, after) else _merged(entry, before, after))
        if comment is not None:
            node.ca.items[place] = comment
    return node


def _name(item: object, place: int) -> object:
    if isinstance(item, Mapping):
        return ("id", item["id"]) if isinstance(item.get("id"), str) else ("place", place)
    return ("value", json.dumps(item, sort_keys=True))


def _node(value: object, kind: str = "") -> object:
    if isinstance(value, Mapping):
        made = CommentedMap()
        for key, item in value.items():
            made[_key(key)] = _node(item, key)
        if kind == "delay" or ("signal" in value and len(value) <= _SHORT_ATOM) or not value:
            made.fa.set_flow_style()
        return made
    if isinstance(value, list):
        row = CommentedSeq([_node(item, kind) for item in value])
        if not any(isinstance(item, Mapping | list) for item in value) and kind != "inbox_ids":
            row.fa.set_flow_style()
        return row
    return _text(value) if isinstance(value, str) else value


def _key(key: str) -> object:
    return key if re.fullmatch(r"[a-z_][a-z0-9_]*", key) else DoubleQuotedScalarString(key)


def _text(text: str) -> object:
    """Text of several lines as a block, where a block says exactly that."""
    lines = text.split("\n")
    plain = _PLAIN_BLOCK.fullmatch(text) and not any(line != line.rstrip() for line in lines)
    if len(lines) > 1 and plain:
        return LiteralScalarString(text)
    return DoubleQuotedScalarString(text) if _OLD_YAML.fullmatch(text) else text
