#!/usr/bin/env python3
"""How well sentences are cut: precision, recall and F1 of the boundaries.

  segment-f1.py [--cmd 'tmtool segment --lang {lang} --json'] FILE...

A FILE is a treebank (NAME.conllu of Universal Dependencies) or text with one
sentence a line and an empty line between paragraphs. Its name begins with the
language (ar_padt-ud-dev.conllu) unless --lang says it.

The sentences of a paragraph are joined by a space, or by none where the
treebank has SpaceAfter=No, and each paragraph is a line. A treebank's
paragraphs are those of "# newpar", its documents where it has none, and
--paragraph sentences each where it has neither or a sentence is a document. The command reads these lines
on standard input and prints a JSON object a line with the key "text". Only
boundaries inside a paragraph count, and white space is not compared.

Printed: file, sentences, boundaries, precision, recall, F1, and F1 of the
boundaries that come after a stop ("at stops"): a heading without a stop, in
running text, is seen by nobody.
"""
import argparse
import json
import os
import re
import shlex
import signal
import subprocess
import sys

STOPPED = re.compile(
    r"[.!?…؟۔。！？।॥։።။។༎‥⁇⁈⁉‼]"
    r"[\"'”’“‘»«›‹„)\]}」』）】》〉`´¹²³⁰-⁹\u200e\u200f]*$")


def tight(s):
    return len(re.sub(r"\s+", "", s))


def treebank(path, size):
    """Paragraphs as lists of (sentence, is a space after it)."""
    paras, text, space = [[]], None, True
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if re.match("# new(doc|par)", line):
            paras.append([])
        elif line.startswith("# text = "):
            text, space = line[9:].strip(), True
        elif line and line[0] != "#":
            columns = line.split("\t")
            if "." not in columns[0]:
                space = "SpaceAfter=No" not in columns[-1].split("|")
        elif not line and text is not None:
            paras[-1].append((text, space))
            text = None
    if text is not None:
        paras[-1].append((text, space))
    paras = [p for p in paras if p]
    sentences = [s for p in paras for s in p]
    if len(paras) == 1 or len(paras) > 0.9 * len(sentences):
        paras = [sentences[i:i + size]
                 for i in range(0, len(sentences), size)]
    return paras


def plain(path):
    text = open(path, encoding="utf-8").read().strip("\n")
    return [[(s, True) for s in p.split("\n") if s.strip()]
            for p in re.split(r"\n\s*\n", text)]


def score(path, lang, args):
    paras = (treebank(path, args.paragraph) if path.endswith(".conllu")
             else plain(path))
    lines, gold, ends, stops = [], set(), set(), set()
    place = 0
    for para in paras:
        line = ""
        for sentence, space in para:
            line += sentence + (" " if space else "")
            place += tight(sentence)
            gold.add(place)
            if STOPPED.search(sentence):
                stops.add(place)
        ends.add(place)
        lines.append(re.sub(r"[\n\r\x0b\x0c\x85\u2028\u2029]", " ",
                            line).strip())
    whole = "\n".join(lines) + "\n"
    run = subprocess.run(shlex.split(args.cmd.replace("{lang}", lang)),
                         input=whole.encode("utf-8"), capture_output=True)
    if run.returncode:
        sys.exit(f"{path}: {run.stderr.decode('utf-8', 'replace')}")
    cuts, end, pieces = set(), 0, []
    for line in run.stdout.decode("utf-8").splitlines():
        if line:
            pieces.append(json.loads(line)["text"])
            end += tight(pieces[-1])
            cuts.add(end)
    if end != place:
        print(f"{path}: {end} characters came back of {place}",
              file=sys.stderr)
    gold, cuts = gold - ends, cuts - ends
    stops = stops - ends
    if args.verbose:
        bare = re.sub(r"[^\S\n]+", " ", whole)
        show(bare, gold, cuts, args.verbose)
    right = len(gold & cuts)
    p = right / len(cuts) if cuts else 1.0
    r = right / len(gold) if gold else 1.0
    rs = len(stops & cuts) / len(stops) if stops else 1.0

    def f1(a, b):
        return 2 * a * b / (a + b) if a + b else 0.0
    print("%-28s %6d %6d  %6.2f %6.2f %6.2f  %6.2f" % (
        os.path.basename(path), sum(map(len, paras)), len(gold),
        100 * p, 100 * r, 100 * f1(p, r), 100 * f1(p, rs)))


def show(text, gold, cuts, width):
    """Print each place that is wrong, with text on both sides."""
    place = 0
    for i, c in enumerate(text):
        if c.isspace():
            continue
        place += 1
        if (place in gold) != (place in cuts):
            left = text[max(0, i + 1 - width):i + 1].replace("\n", "¶")
            right = text[i + 1:i + 1 + width].replace("\n", "¶")
            print("%s %s ⏐%s" % ("MISSED" if place in gold else "CUT   ",
                                 left, right))


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    ap = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--cmd", default="tmtool segment --lang {lang} --json")
    ap.add_argument("--lang")
    ap.add_argument("--paragraph", type=int, default=5, metavar="N",
                    help="sentences in a paragraph where the file has none")
    ap.add_argument("-v", dest="verbose", type=int, metavar="WIDTH",
                    nargs="?", const=60, help="print what is wrong")
    ap.add_argument("files", nargs="+")
    args = ap.parse_args()
    print("%-28s %6s %6s  %6s %6s %6s  %6s" % (
        "file", "sents", "cuts", "P", "R", "F1", "at stops"))
    for path in args.files:
        lang = args.lang or re.split(r"[_.-]", os.path.basename(path))[0]
        score(path, lang, args)


if __name__ == "__main__":
    main()
