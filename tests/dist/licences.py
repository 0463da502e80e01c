"""Which licences may be linked in, and reading of licence expressions as SPDX defines them: names,
AND, OR, WITH, parentheses. Also the old form with a slash, which crates still use for OR.
"""

import re

from .failure import Failure

# What may be linked into a program under Apache-2.0 that anyone may pass on. A new line here is a
# decision: look at what the licence asks of those who distribute.
ALLOWED = frozenset({
    "Apache-2.0",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "Unicode-3.0",
})

TOKEN = re.compile(r"\s*([()]|[A-Za-z0-9.+:-]+|/)")
WORDS = {"AND", "OR", "WITH", "(", ")"}


def check(crates):
    """Fails with the names of all crates whose licence isn't allowed, or that have none."""
    bad = []
    for crate in crates:
        if not crate.licence:
            bad.append(f"{crate.name} {crate.version} names no licence")
        elif not allowed(crate.licence):
            bad.append(f"{crate.name} {crate.version} is under {crate.licence}")
    if bad:
        raise Failure("licences that tests/dist/licences.py doesn't allow:\n  " + "\n  ".join(bad))


def allowed(expression, names=ALLOWED):
    """Whether there is a way to take the expression that needs allowed licences only."""
    return judge(parse(expression), names)


def normal(expression):
    """The expression in today's form."""
    return spell(parse(expression))


def parse(expression):
    """A name, or a tuple of "AND" or "OR" and its parts. `X WITH Y` counts as one name."""
    tokens = split(expression)
    tree = parse_or(tokens)
    if tokens:
        raise Failure(f"licence expression {expression!r}: {tokens[0]!r} isn't expected there")
    return tree


def split(expression):
    tokens, rest = [], expression.rstrip()
    while rest:
        match = TOKEN.match(rest)
        if not match:
            raise Failure(f"licence expression {expression!r} can't be read from {rest!r}")
        tokens.append("OR" if match[1] == "/" else match[1])
        rest = rest[match.end():]
    return tokens


def parse_or(tokens):
    return parse_joined(tokens, "OR", lambda: parse_joined(tokens, "AND", lambda: parse_one(tokens)))


def parse_joined(tokens, word, parse_part):
    parts = [parse_part()]
    while tokens[:1] == [word]:
        tokens.pop(0)
        parts.append(parse_part())
    return parts[0] if len(parts) == 1 else (word, *parts)


def parse_one(tokens):
    if tokens[:1] == ["("]:
        tokens.pop(0)
        tree = parse_or(tokens)
        if tokens[:1] != [")"]:
            raise Failure("licence expression: a parenthesis isn't closed")
        tokens.pop(0)
        return tree
    name = take_name(tokens)
    if tokens[:1] == ["WITH"]:
        tokens.pop(0)
        return f"{name} WITH {take_name(tokens)}"
    return name


def take_name(tokens):
    if not tokens or tokens[0] in WORDS:
        raise Failure(f"licence expression: a name is missing before {' '.join(tokens) or 'its end'}")
    return tokens.pop(0)


def judge(tree, names):
    if isinstance(tree, str):
        return tree in names
    word, *parts = tree
    verdicts = [judge(part, names) for part in parts]
    return all(verdicts) if word == "AND" else any(verdicts)


def spell(tree, inside=None):
    if isinstance(tree, str):
        return tree
    word, *parts = tree
    text = f" {word} ".join(spell(part, word) for part in parts)
    return f"({text})" if inside == "AND" and word == "OR" else text
