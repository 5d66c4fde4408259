"""The rules: the documentation says of each what the code says."""

from pathlib import Path

from radpipe.qc.rules import FLAGS


def test_the_documentation_has_every_rule_as_the_code_says_it(checkout: Path):
    lines = (checkout / "docs" / "qc.md").read_text(encoding="utf-8").splitlines()
    told = [line for line in lines if line.startswith("| `") and line.count("|") == 6]
    rules = FLAGS.values()
    assert told == [f"| `{rule.code}` | {rule.looks_at} | {rule.when} | {rule.why} | {rule.remedy} |" for rule in rules]
