#!/usr/bin/python3
"""check-recall.py TMTOOL FROM TO FILE.tsv... - how many seeded mistakes tmtool check finds

FILEs are pairs of texts that people translated well (source TAB translation).
Into each pair that can have it a mistake of one kind is put, the same ones on
every run; then one line a kind: name, pairs with the mistake, found, percent,
and how often that check speaks of the same pairs as they were (false alarms,
as far as the translators made no mistakes), percent.
"""

import json
import random
import re
import subprocess
import sys
import tempfile

tmtool, source_lang, target_lang = sys.argv[1:4]
pairs = []
for path in sys.argv[4:]:
    for line in open(path, encoding="utf-8", newline="\n"):
        fields = line.rstrip("\r\n").split("\t")
        if len(fields) >= 2 and fields[0].strip() and fields[1].strip():
            pairs.append((fields[0], fields[1]))
dice = random.Random(1)


def numbers(s, t):
    """One digit of a number of two or more is another."""
    found = [m for m in re.finditer(r"\d{2,}", t)]
    if not found or not re.search(r"\d{2,}", s):
        return None
    m = dice.choice(found)
    at = dice.randrange(m.start(), m.end())
    zero = ord(t[at]) - int(t[at])
    return t[:at] + chr(zero + (int(t[at]) + 1 + dice.randrange(8)) % 10) + t[at + 1:]


def codes(s, t):
    """A placeholder is gone."""
    found = re.findall(r"%[sd]|%\d|\{\w+\}|</?[bi]>", t)
    return t.replace(dice.choice(found), "", 1) if found else None


def punctuation(s, t):
    """A question ends like a statement."""
    return t[:-1] + "." if t[-1:] in "?؟？" and s[-1:] in "?؟？" else None


def brackets(s, t):
    """A bracket is not closed."""
    found = [i for i, c in enumerate(t) if c in ")]）"]
    balanced = all(x.count(a) == x.count(b) for a, b in ("()", "[]", "（）") for x in (s, t))
    if not found or not balanced or re.search(r"(^|\s|\()\w{1,2}\)", t):
        return None
    at = dice.choice(found)
    return t[:at] + t[at + 1:]


def spaces(s, t):
    """A space at the end, or two in the middle."""
    if dice.random() < .5 or " " not in t:
        return t + " "
    return t.replace(" ", "  ", 1)


def controls(s, t):
    at = dice.randrange(len(t))
    return t[:at] + dice.choice("\x02\x07\x1b\ufffd") + t[at:]


def length(s, t):
    """The first tenth of a sentence is all there is."""
    return t[:len(t) // 10].strip() or None if len(t) > 60 else None


def untranslated(s, t):
    return s if len(s.split()) >= 4 else None


def script(s, t):
    """Some other pair's source."""
    other = dice.choice(pairs)[0]
    return other if len(other.split()) >= 6 and other != s else None


def inconsistent(s, t):
    """The same source with another's translation, behind the first."""
    other = dice.choice(pairs)[1]
    return other if other != t else None


def empty(s, t):
    return "" if len(s) > 3 else None


def check(kind, rows):
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8",
                                     newline="\n") as f:
        f.writelines(json.dumps({
            "srclang": source_lang,
            "variants": [{"lang": source_lang, "text": s},
                         {"lang": target_lang, "text": t}]}) + "\n" for s, t in rows)
        f.flush()
        out = subprocess.run([tmtool, "check", "-q", "--json", "--only", kind, "-f", "jsonl",
                              f.name], capture_output=True, text=True).stdout
    return {json.loads(line).get("line", 0) for line in out.splitlines()
            if line.strip()}


print("check\tseeded\tfound\tpercent\talarms\tpercent")
for kind in (numbers, codes, punctuation, brackets, spaces, controls, length,
             untranslated, script, inconsistent, empty):
    name = kind.__name__
    clean, seeded = [], []
    for s, t in pairs:
        new = kind(s, t)
        if new is not None and new != t:
            clean.append((s, t))
            seeded.append((s, new))
    if not seeded:
        continue
    if kind is length:
        # One in twenty: many of them would be what is usual.
        seeded = seeded[::20]
    # The pairs as they were come first, so that what is usual is known.
    if kind is script: # in another script, or in another language of it
        name = "script,language"
    told = check(name, clean + seeded)
    alarms = sum(1 for n in told if n <= len(clean))
    found = sum(1 for n in told if n > len(clean))
    n, m = len(seeded), len(clean)
    print(f"{name}\t{n}\t{found}\t{100 * found / n:.1f}\t{alarms}\t{100 * alarms / m:.2f}")
