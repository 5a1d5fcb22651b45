#!/usr/bin/env python3
"""How useful is the match rate? Is the translation of the best match closer
to the true one than with other rates?

  usefulness.py PAIRS.tsv FROM TO [--queries N] [--memory N]
  usefulness.py MEMORY.tsv FROM TO --held QUERIES.tsv

A TSV has a source, a tab and its translation on each line. Of PAIRS.tsv N
(300) sources are held out, evenly spread, and no pair with one of them is in
the memory, which has at most N (20,000) pairs; or the sources of QUERIES.tsv
are looked up in MEMORY.tsv, without pairs that have one of them. For each
rate the best match of every held-out source is found, and its translation
compared with the true one: the mean E of chrF2, 1 - TER and the likeness of
characters. Queries are sorted by the rate; printed is the area under the
curve of E over coverage: a rate is good when what it thinks close is close.
Columns: the rate, E, E's difference from tmtool's with its 95 % interval
(1,000 resamples).

The others: "word", the Levenshtein ratio of words, numbers and punctuation
in lower case; "character", of characters; "omegat", the mean of that of words
alone and of all tokens. Their best matches are found by tests/quality/nearest
("make tests/quality/nearest"), which compares everything; --nearest and
--tmtool say where the programs are.
"""
import argparse, json, os, random, re, subprocess, sys, tempfile
from collections import Counter

TOKEN = re.compile(r"\w+|[^\w\s]")
WORD = re.compile(r"[^\W\d]+")


def distance(a, b):
    """Edits that make a of b, over any two sequences."""
    if len(a) > len(b):
        a, b = b, a
    row = list(range(len(a) + 1))
    for j, y in enumerate(b, 1):
        corner, row[0] = row[0], j
        for i, x in enumerate(a, 1):
            cost = corner + (x != y)
            corner = row[i]
            row[i] = min(cost, row[i] + 1, row[i - 1] + 1)
    return row[-1]


def ratio(a, b):
    longest = max(len(a), len(b))
    return 1 - distance(a, b) / longest if longest else 1.0


# ---- How close a translation is to the true one ----------------------------


def ngrams(text, n):
    return Counter(text[i : i + n] for i in range(len(text) - n + 1))


def chrf2(got, want):
    got, want = "".join(got.split()), "".join(want.split())
    precision, recall, orders = 0.0, 0.0, 0
    for n in range(1, 7):
        a, b = ngrams(got, n), ngrams(want, n)
        if a and b:
            same = sum((a & b).values())
            precision += same / sum(a.values())
            recall += same / sum(b.values())
            orders += 1
    if not orders:
        return float(got == want)
    p, r = precision / orders, recall / orders
    return 5 * p * r / (4 * p + r) if p + r else 0.0


def closeness(got, want):
    a, b = TOKEN.findall(got.lower()), TOKEN.findall(want.lower())
    ter = max(0.0, 1 - distance(a, b) / max(1, len(b)))
    return (chrf2(got, want) + ter + ratio(got, want)) / 3


# ---- The other rates --------------------------------------------------------


def all_tokens(s):
    return TOKEN.findall(s.lower())


def words_only(s):
    return WORD.findall(s.lower())


class Numbers(dict):
    """Gives each new thing the next number."""

    def __missing__(self, key):
        self[key] = len(self)
        return self[key]


def nearest(program, ways, memory, queries):
    """(stored pair, rate) of each query: the mean ratio over the ways to cut a
    text."""
    numbers = Numbers()
    lines = ["%d %d %d" % (len(memory), len(queries), len(ways))]
    for source, _ in memory + queries:
        for way in ways:
            row = [numbers[x] for x in way(source)]
            lines.append(" ".join(map(str, [len(row)] + row)))
    got = subprocess.run([program], input="\n".join(lines) + "\n", stdout=subprocess.PIPE,
                         check=True, text=True).stdout
    return [(int(at), float(rate)) for at, rate in (l.split("\t") for l in got.splitlines())]


# ---- Ours --------------------------------------------------------------------


def tmtool_best(tool, memory, queries, languages):
    """(rate, translation) of each query, as the program tells it."""
    with tempfile.TemporaryDirectory() as box:
        tsv, tm = os.path.join(box, "m.tsv"), os.path.join(box, "m.tm")
        with open(tsv, "w", encoding="utf-8") as out:
            out.writelines("%s\t%s\n" % pair for pair in memory)
        subprocess.run(
            [tool, "import", "-q", "-m", tm, tsv, "--from", languages[0], "--to", languages[1]],
            check=True,
        )
        got = subprocess.run(
            [tool, "lookup", "-q", "-m", tm, "--json", "--no-pieces", "--min", "1", "-k", "1",
             "--from", languages[0], "-"],
            input="".join(q + "\n" for q, _ in queries), stdout=subprocess.PIPE, text=True,
            encoding="utf-8",
        ).stdout
    best = []
    for line in got.splitlines():
        matches = json.loads(line)["matches"]
        best.append((matches[0]["score"], matches[0]["target"]["text"]) if matches else (-1, ""))
    return best


# ---- The curve ---------------------------------------------------------------


def area(rows):
    """Of (rate, closeness): the mean over all coverages of the mean so far."""
    total = run = 0.0
    for k, (_, e) in enumerate(sorted(rows, key=lambda r: -r[0]), 1):
        run += e
        total += run / k
    return 100 * total / len(rows)


def interval(ours, other):
    rng, n, found = random.Random(1), len(ours), []
    for _ in range(1000):
        pick = [rng.randrange(n) for _ in range(n)]
        found.append(area([ours[i] for i in pick]) - area([other[i] for i in pick]))
    found.sort()
    return found[25], found[974]


def read(path):
    """Pairs, each source once."""
    pairs, seen = [], set()
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            pair = tuple(line.rstrip("\n").split("\t")[:2])
            if len(pair) == 2 and all(p.strip() for p in pair) and pair[0] not in seen:
                seen.add(pair[0])
                pairs.append(pair)
    return pairs


def split(pairs, n_queries, n_memory):
    step = max(2, len(pairs) // n_queries)
    held = set(range(0, len(pairs), step)[:n_queries])
    rest = [p for i, p in enumerate(pairs) if i not in held]
    return rest[:: max(1, -(-len(rest) // n_memory))], [pairs[i] for i in sorted(held)]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs")
    parser.add_argument("source", metavar="FROM")
    parser.add_argument("target", metavar="TO")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--memory", type=int, default=20000)
    parser.add_argument("--held")
    parser.add_argument("--tmtool", default="tmtool")
    parser.add_argument("--nearest", default=os.path.join(
        os.environ.get("TM_BUILDDIR", "."), "tests/quality/nearest"))
    args = parser.parse_args()
    memory, queries = read(args.pairs), None
    if args.held:
        queries = read(args.held)[: args.queries]
        held = {source for source, _ in queries}
        memory = [p for p in memory if p[0] not in held]
        memory = memory[:: max(1, -(-len(memory) // args.memory))]
    else:
        memory, queries = split(memory, args.queries, args.memory)
    if not memory or not queries:
        sys.exit("usefulness.py: too few pairs")
    ours = [(rate, closeness(text, true)) for (rate, text), (_, true) in zip(
        tmtool_best(args.tmtool, memory, queries, (args.source, args.target)), queries)]
    print("%d queries, %d pairs" % (len(queries), len(memory)))
    print("tmtool\t%.2f" % area(ours))
    for name, ways in (("word", [all_tokens]), ("character", [str.lower]),
                       ("omegat", [words_only, all_tokens])):
        rows = [(rate, closeness(memory[at][1], true)) for (at, rate), (_, true) in zip(
            nearest(args.nearest, ways, memory, queries), queries)]
        low, high = interval(ours, rows)
        print("%s\t%.2f\t%+.2f (%+.2f to %+.2f)" % (
            name, area(rows), area(rows) - area(ours), -high, -low))


if __name__ == "__main__":
    main()
