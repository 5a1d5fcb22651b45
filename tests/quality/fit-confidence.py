#!/usr/bin/env python3
# fit-confidence.py - the weights of tm/align_sure.c, and how well they keep
# their promise on texts they were not fitted on
#
#	quality_align -c ar en DIR... >FILE		for each set
#	fit-confidence.py [-w] FILE...
#
# Each FILE is a set; its name says what it is, up to the first dot the kind
# (news_a, news_hard, ntrex_..., tico_..., others) and behind it, or at the end
# of the first part, the languages. Without -w the sets are left out by family
# (languages that are alike, or one book) and each is judged by weights that
# were fitted on all others; with -w the weights fitted on all are printed as C.
#
# A set counts as 1,000 beads at most, news and health of usual hardness four
# times as much as others, the hardest news of the hardest languages .3 times,
# and books whose gold is known to be wrong in places not at all: their wrong
# gold would say that nobody can be sure of anything.
#
# Two steps: a logistic regression with a little regularization, and then a
# bend of its sum at 3.5, for the surest are surer than a straight line through
# all beads tells.
import os
import re
import sys

try:
    import numpy as np
except ImportError:
    sys.exit(77)

SIGNS = """ALWAYS POSTERIOR POSTERIOR_ODD POSTERIOR_DOUBT POSTERIOR_LENGTHS
POSTERIOR_LIKELIHOOD BEFORE OTHERS NEITHER NOT_ONE MANY SURPRISE ODD UNPAIRED
DOUBT LIKELIHOOD LENGTHS COVERED VARIANCE""".split()
KNEE, TOP = 3.5, 7.0
MOST = 1000  # beads of a set that are used

FAMILIES = [
    ("ar-en", r"aren|ar-en"),
    ("quran", r"^quran"),
    ("books", r"^ras"),
    ("bible", r"^bible"),
    ("ar fa he", r"ar-fr|fa-en|heen"),
    ("germanic, romance, welsh", r"cy-en|de-fr|deen|es-en|fr-en"),
    ("zh ja ko", r"ja-en|ko-en|ru-zh|zhen"),
    ("th vi hi", r"th-en|vi-en|hi-en"),
    ("el fi pl ru tr", r"el-en|fi-en|pl-en|ru-en|tr-en"),
    ("textberg", r"textberg"),
    ("steinbeck", r"steinbeck"),
]


def family(name):
    if re.match(r"quran|ras|bible|textberg|steinbeck", name):
        return re.match(r"quran|ras|bible|textberg|steinbeck", name).group()
    return next((f for f, r in FAMILIES if re.search(r, name)), name)


def is_news(name):
    return re.match(r"ntrex|tico|news", name) is not None


def worth(name):
    if re.match(r"ras|quran_lit", name):
        return 0
    if re.match(r"quran|bible_recut", name):
        return 0.35
    if name.startswith("news_hard"):
        return 0.3 if re.search(r"ja-|th-|zh|ko-", name) else 0.7
    return 4 if is_news(name) else 0.7


def read(path):
    y, pair, x = [], [], []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line[0] != "#":
                cell = line.rstrip().split("\t")
                y.append(float(cell[0]))
                pair.append("0" not in cell[2].split("-"))
                x.append([float(c) for c in cell[3:]])
    return np.array(y), np.array(pair), np.array(x)


def logistic(x, y, w, l2):
    """Newton's method on signs of equal spread; weights of x as it is."""
    mean = (w[:, None] * x).sum(0) / w.sum()
    spread = np.sqrt((w[:, None] * (x - mean) ** 2).sum(0) / w.sum())
    mean[0], spread[0] = 0, 1
    spread[spread == 0] = 1
    z = (x - mean) / spread
    b = np.zeros(x.shape[1])
    ridge = np.full(len(b), l2)
    ridge[0] = 1e-6
    for _ in range(12):
        p = 1 / (1 + np.exp(-z @ b))
        slope = z.T @ (w * (y - p)) - ridge * b
        bend = (z * (w * p * (1 - p))[:, None]).T @ z + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        b += step
        if abs(step).max() < 1e-6:
            break
    out = b / spread
    out[0] = b[0] - (b[1:] * mean[1:] / spread[1:]).sum()
    return out


def bent(s):
    s = np.clip(s, -6, TOP)
    return np.stack([np.ones(len(s)), s, np.clip(s - KNEE, 0, None)], 1)


def fit(sets, names):
    rng = np.random.RandomState(1)
    xs, ys, ws = [], [], []
    for n in names:
        y, _, x = sets[n]
        k = min(len(y), MOST)
        some = rng.permutation(len(y))[:k]
        if worth(n) > 0:
            xs.append(x[some])
            ys.append(y[some])
            ws.append(np.full(k, worth(n)))
    x, y, w = np.concatenate(xs), np.concatenate(ys), np.concatenate(ws)
    b = logistic(x, y, w, 3)
    return b, logistic(bent(x @ b), y, w, 0.1)


def sure(x, b, c):
    return 1 / (1 + np.exp(-(bent(x @ b) @ c)))


def tell(name, y, p):
    top = p >= 0.99
    n, right = top.sum(), y[top].sum()
    want = 0.99 if is_news(name) else 0.98
    fails = n - right > n * (1 - want) + 1.64 * (n * want * (1 - want)) ** 0.5 + 0.5
    mark = "!" if fails else "<" if n > 0 and right / n < want else ""
    if is_news(name) and top.mean() < 0.75:
        mark += " few"
    print(
        "%s\t%d\t%.3f\t%.3f\t%.4f\t%+.4f\t%s"
        % (name, len(y), y.mean(), top.mean(), right / max(n, 1), (p - y).mean(), mark)
    )


def main():
    args = [a for a in sys.argv[1:] if a != "-w"]
    sets = {re.sub(r"\.txt$", "", os.path.basename(a)): read(a) for a in args}
    sets = {n: s for n, s in sets.items() if len(s[0]) > 0}
    if "-w" in sys.argv:
        b, c = fit(sets, list(sets))
        b = b * c[1]
        b[0] += c[0]
        for name, v in zip(SIGNS, b):
            print("\t[%s] = %.4g," % (name, v))
        print("bend %.3f knee %.3f" % (c[2] / c[1], c[0] + c[1] * KNEE))
        print("top %.3f" % (c[0] + c[1] * TOP + c[2] * (TOP - KNEE)))
        return
    print("set\tpairs\tright\tshare\tof those right\toff\t")
    for f in sorted({family(n) for n in sets}):
        b, c = fit(sets, [n for n in sets if family(n) != f])
        for n in sets:
            if family(n) == f:
                y, pair, x = sets[n]
                tell(n, y[pair], sure(x[pair], b, c))


main()
