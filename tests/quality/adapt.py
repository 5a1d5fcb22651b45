#!/usr/bin/env python3
"""How often are numbers and names put into a translation, and rightly?

  adapt.py PAIRS.tsv FROM TO [--most N] [--wrong] [--left] [--tmtool PROGRAM]

Of the sources of PAIRS.tsv (a source, a tab and its translation on a line)
those are taken together that are one but for digits and, in the languages
below, names of months, days and halves of the day. Each is looked up in a
memory that has the one before it and no other of its kind, and what tmtool
proposes is held against the true translation. Counted are

  right   what is proposed is the true translation
  other   other words, but the same numbers
  wrong   other numbers than in the true translation
  left    nothing is proposed, though the translations differ

--wrong and --left print those. A slip of the true translation counts as
wrong, too: read them.
"""
import argparse, collections, json, os, re, subprocess, tempfile

NAMES = {
    "en": "January February March April May June July August September October"
    " November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Monday"
    " Tuesday Wednesday Thursday Friday Saturday Sunday AM PM am pm a.m p.m",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober"
    " November Dezember Montag Dienstag Mittwoch Donnerstag Freitag Samstag"
    " Sonntag",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre"
    " novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر"
    " ديسمبر الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
}
NUMBER = re.compile(r"[-+−]?\d+(?:[.,:٫٬/\u00a0\u202f]\d+)*(?:st|nd|rd|th)?")


def digits(text):
    """The numbers of a text in any script, sorted."""
    found = re.findall(r"\d+", text)
    return sorted(str(int(n)) for n in found)


def kinds(path, lang):
    """Sources that are one but for numbers and names, with translations."""
    names = NAMES.get(lang, "").split()
    name = re.compile(
        r"(?<!\w)(?:%s)(?!\w)" % "|".join(map(re.escape, names or ["\0"]))
    )
    groups = collections.defaultdict(lambda: collections.defaultdict(set))
    for line in open(path, encoding="utf-8", errors="replace"):
        fields = line.rstrip("\n").split("\t")
        if len(fields) < 2 or len(fields[0]) > 400:
            continue
        kind = NUMBER.sub("#", name.sub("#", fields[0]))
        if kind != fields[0]:
            groups[kind][fields[0]].add(fields[1])
    return [g for _, g in sorted(groups.items()) if len(g) > 1]


def cases(groups, most):
    """Rounds of (stored, its translation, query, true translations): one of
    each kind in a round, so that no memory has two of a kind."""
    rounds = collections.defaultdict(list)
    for group in groups:
        of = sorted(group.items())
        for i in range(min(len(of), 6)):
            (stored, has), (query, want) = of[i - 1], of[i]
            rounds[i].append((stored, sorted(has)[0], query, want))
    left = most
    for i in sorted(rounds):
        yield rounds[i][: max(0, left)]
        left -= len(rounds[i])


def proposals(tmtool, round_, source, target):
    """What the best match that is of the same kind proposes, or None."""
    with tempfile.TemporaryDirectory() as box:
        memory = os.path.join(box, "m.tm")
        rows = "".join(f"{s}\t{t}\n" for s, t, _, _ in round_)
        langs = ["--from", source, "--to", target]
        subprocess.run(
            [tmtool, "import", "-q", "-m", memory, "--format", "tsv", *langs, "-"],
            input=rows.encode(), check=True,
        )
        out = subprocess.run(
            [tmtool, "lookup", "-q", "-m", memory, *langs, "--json", "--alone",
             "--no-pieces", "--min", "40", "-k", "20", "-"],
            input="".join(q + "\n" for _, _, q, _ in round_).encode(),
            stdout=subprocess.PIPE,
        ).stdout.decode()
    for (stored, _, _, _), line in zip(round_, out.splitlines()):
        found = [
            m for m in json.loads(line)["matches"]
            if m["source"]["text"] == stored
        ]
        yield found[0]["adapted"]["text"] if found and found[0]["adapted"] else None


def judge(proposed, has, want):
    if proposed is None:
        return None if has in want else "left"
    if proposed in want:
        return "right"
    same = any(digits(proposed) == digits(w) for w in want)
    return "other" if same else "wrong"


def main():
    about = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    about.add_argument("pairs")
    about.add_argument("source", metavar="FROM")
    about.add_argument("target", metavar="TO")
    about.add_argument("--most", type=int, default=5000, metavar="N")
    about.add_argument("--wrong", action="store_true")
    about.add_argument("--left", action="store_true")
    about.add_argument("--tmtool", default="tmtool", metavar="PROGRAM")
    given = about.parse_args()
    count = collections.Counter(right=0, other=0, wrong=0, left=0)
    for round_ in cases(kinds(given.pairs, given.source), given.most):
        made = proposals(given.tmtool, round_, given.source, given.target)
        for (stored, has, query, want), proposed in zip(round_, made):
            verdict = judge(proposed, has, want)
            count[verdict] += verdict is not None
            if getattr(given, verdict or "", False):
                true = sorted(want)[0]
                print(*(x or "-" for x in (stored, has, query, proposed, true)),
                      "", sep="\n")
    print(*(f"{k}\t{n}" for k, n in count.items() if k), sep="\n")


if __name__ == "__main__":
    main()
