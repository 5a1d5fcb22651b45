#!/usr/bin/env python3
"""How useful is the match rate? Is the translation of the best match closer
to the true one than with other rates?

  usefulness.py PAIRS.tsv FROM TO [--queries N] [--memory N] [--tmtool PATH]

PAIRS.tsv has a source, a tab and its translation on each line. N (300) of
the sources are held out, evenly spread, and no pair with one of them is in
the memory, which has at most N (20,000) pairs. For each rate the best match
of every held-out source is found, and its translation compared with the true
one: the mean E of chrF2, 1 - TER and the likeness of characters. Queries are
sorted by the rate; printed is the area under the curve of E over coverage:
a rate is good when what it thinks close is close. Columns: the rate, E, E's
difference from tmtool's with its 95 % interval (1,000 resamples).

The others: "word", the Levenshtein ratio of words, numbers and punctuation
in lower case; "character", of characters; "omegat", the mean of that of words
alone and of all tokens. Each is exact: candidates are tried in the order of
what their rate can be at most, until no better one can come.
"""
import argparse, heapq, json, os, random, re, subprocess, sys, tempfile
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


class Rate:
    """The mean ratio over some ways to cut a text."""

    def __init__(self, ways, memory):
        self.ways = ways
        self.memory = [[way(s) for way in ways] for s, _ in memory]
        self.bags = [[Counter(v) for v in row] for row in self.memory]

    def best(self, query):
        cut = [way(query) for way in self.ways]
        bags = [Counter(v) for v in cut]
        order = []
        for i, row in enumerate(self.memory):
            most = 0.0
            for v, bag, w, other in zip(cut, bags, row, self.bags[i]):
                longest = max(len(v), len(w))
                small, large = (bag, other) if len(bag) < len(other) else (other, bag)
                same = sum(min(c, large[k]) for k, c in small.items() if k in large)
                most += same / longest if longest else 1.0
            order.append((-most / len(cut), i))
        heapq.heapify(order)
        score, at = -1.0, 0
        while order and -order[0][0] > score:
            _, i = heapq.heappop(order)
            got = sum(map(ratio, cut, self.memory[i])) / len(cut)
            if got > score:
                score, at = got, i
        return score, at


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


def split(path, n_queries, n_memory):
    pairs, seen = [], set()
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            pair = tuple(line.rstrip("\n").split("\t")[:2])
            if len(pair) == 2 and all(p.strip() for p in pair) and pair[0] not in seen:
                seen.add(pair[0])
                pairs.append(pair)
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
    parser.add_argument("--tmtool", default="tmtool")
    args = parser.parse_args()
    memory, queries = split(args.pairs, args.queries, args.memory)
    if not memory or not queries:
        sys.exit("usefulness.py: too few pairs")
    ours = [(rate, closeness(text, true)) for (rate, text), (_, true) in zip(
        tmtool_best(args.tmtool, memory, queries, (args.source, args.target)), queries)]
    print("%d queries, %d pairs" % (len(queries), len(memory)))
    print("tmtool\t%.2f" % area(ours))
    for name, ways in (("word", [all_tokens]), ("character", [str.lower]),
                       ("omegat", [words_only, all_tokens])):
        rate, rows = Rate(ways, memory), []
        for source, true in queries:
            score, at = rate.best(source)
            rows.append((score, closeness(memory[at][1], true)))
        low, high = interval(ours, rows)
        print("%s\t%.2f\t%+.2f (%+.2f to %+.2f)" % (
            name, area(rows), area(rows) - area(ours), -high, -low))


if __name__ == "__main__":
    main()
