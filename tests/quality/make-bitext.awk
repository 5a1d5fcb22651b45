# make-bitext.awk - make texts with known beads, easy or hard, of a corpus
#
#	awk -v out=DIR/NAME [-v hard=1] ... -f make-bitext.awk CORPUS.tsv
#
# Each line of the corpus is a pair: source TAB target [TAB document]. A side
# may hold several sentences with " ||| " between, or none. Lines of one
# document, or every "size" lines (60), make a text: DIR/NAME-1.src, .tgt,
# .gold (a ladder), and with "paragraphs" .src.par and .tgt.par, the numbers
# of each line's paragraph. What happens to a pair, each with its own
# probability:
#
#	merge	.10	its end on one side joins the next pair's beginning
#	drop	.05	one side is missing
#	block	0	a run of 3 to 10 pairs begins whose one side is missing
#	recut	0	both sides are cut into sentences, in different places
#	clause	0	one side is cut behind a comma or the like, again and again
#	ends	0	up to so many pairs are missing at each end
#	move	0	a run of 3 to 8 pairs stands elsewhere on one side
#	noise	.2	a paragraph ends on one side only (with paragraphs=1)
#
# The same seed (1) gives the same texts with every awk.

function random() # Park and Miller's generator
{
	seed = (seed * 16807) % 2147483647
	return seed / 2147483647
}

function below(n) { return int(random() * n) }

# Split the words of text in pieces k that end near the shares at[1..k-1].
function cut(text, at, k, into, w, n, i, p)
{
	n = split(text, w, " ")
	for (p = 1; p <= k; p++)
		into[p] = ""
	p = 1
	for (i = 1; i <= n; i++) {
		while (p < k && i - 1 >= at[p] * n)
			p++
		into[p] = into[p] (into[p] == "" ? "" : " ") w[i]
	}
}

# A pair becomes a x b sentences whose ends agree nowhere.
function cut_apart(g, a, b, at, piece, p)
{
	if (ns[g] != 1 || nt[g] != 1 || split(S[g, 1], w, " ") < 8 ||
	    split(T[g, 1], w, " ") < 8)
		return
	p = below(5)
	a = p == 0 ? 1 : p == 4 ? 3 : 2
	b = p == 1 ? 1 : p == 3 ? 3 : 2
	at[1] = a == 3 ? .25 : .4
	at[2] = .6
	cut(S[g, 1], at, a, piece)
	for (p = 1; p <= a; p++)
		S[g, p] = piece[p]
	at[1] = b == 3 ? .4 : .62
	at[2] = .8
	cut(T[g, 1], at, b, piece)
	for (p = 1; p <= b; p++)
		T[g, p] = piece[p]
	ns[g] = a
	nt[g] = b
}

# Is the end of a word that of a clause, in any of the scripts we have?
function ends_clause(word)
{
	return word ~ /([,;:!?.)]|\342\200\235|\302\273|\330\214|\330\233|\330\237|\357\274\214|\343\200\202)$/
}

# Cut the last sentence of a side of a pair in two, near its middle.
function cut_clause(g, side, text, n, i, at, best, d)
{
	text = side == 0 ? S[g, ns[g]] : T[g, nt[g]]
	n = split(text, w, " ")
	best = n * .35
	at = 0
	for (i = 2; i < n - 1; i++) {
		d = i < n / 2 ? n / 2 - i : i - n / 2
		if (ends_clause(w[i]) && d < best) {
			best = d
			at = i
		}
	}
	if (at == 0)
		return 0
	d = w[1]
	for (i = 2; i <= at; i++)
		d = d " " w[i]
	text = w[at + 1]
	for (i = at + 2; i <= n; i++)
		text = text " " w[i]
	if (side == 0) {
		S[g, ns[g]] = d
		S[g, ++ns[g]] = text
	} else {
		T[g, nt[g]] = d
		T[g, ++nt[g]] = text
	}
	return 1
}

function lose(g, side)
{
	if (side == 0)
		ns[g] = 0
	else
		nt[g] = 0
}

# Join the last sentence of group g with the first of group h, on one side,
# and the groups.
function join_groups(g, h, side, p)
{
	if (side == 0)
		S[g, ns[g]] = S[g, ns[g]] " " S[h, 1]
	else
		T[g, nt[g]] = T[g, nt[g]] " " T[h, 1]
	for (p = side == 0 ? 2 : 1; p <= ns[h]; p++)
		S[g, ++ns[g]] = S[h, p]
	for (p = side == 1 ? 2 : 1; p <= nt[h]; p++)
		T[g, ++nt[g]] = T[h, p]
	ns[h] = nt[h] = 0
}

function numbers(from, n, p, list)
{
	list = ""
	for (p = 0; p < n; p++)
		list = list (p > 0 ? "," : "") (from + p)
	return "[" list "]"
}

function finish(name, g, h, p, i, j, k, side, par, a, b, only)
{
	if (n_groups < 4) {
		n_groups = 0
		return
	}
	name = out "-" ++n_texts
	for (g = 1; g <= n_groups; g++) {
		if (random() < recut)
			cut_apart(g)
		if (clause > 0 && random() < clause && ns[g] * nt[g] == 1) {
			side = below(2)
			while (cut_clause(g, side) && random() < clause)
				;
		}
		if (random() < drop)
			lose(g, below(2))
	}
	for (g = 1; g <= n_groups; g++)
		if (random() < block) {
			side = below(2)
			for (k = 3 + below(8); k > 0 && g <= n_groups; k--)
				lose(g++, side)
		}
	for (p = 0; p < 2 && ends > 0; p++) {
		side = below(2)
		for (k = below(ends + 1); k > 0; k--)
			lose(p == 0 ? k : n_groups + 1 - k, side)
	}
	for (g = 1; g < n_groups; g++)
		for (h = g + 1; h <= n_groups && random() < merge &&
		    ns[g] * nt[g] * ns[h] * nt[h] > 0; h++)
			join_groups(g, h, below(2))
	for (g = 1; g <= n_groups; g++)
		order[g] = g
	for (g = 1; g < n_groups - 20; g++)
		if (random() < move) {
			k = 3 + below(6)
			for (p = 0; p < k; p++)
				moved[g + p] = 1
			h = g + k + 3 + below(5)
			for (p = g; p <= h - k; p++)
				order[p] = p + k
			for (p = 0; p < k; p++)
				order[h - k + 1 + p] = g + p
			g = h + 1
		}
	i = j = 0
	par = 1
	a = b = 0
	printf "" > (name ".gold")
	for (g = 1; g <= n_groups; g++) {
		if (paragraphs && g > 1 && random() < .25) {
			only = random() < noise ? below(2) : 2
			a += only != 1
			b += only != 0
		}
		if (!moved[g] && ns[g] > 0 && nt[g] > 0)
			print numbers(i, ns[g]) ":" numbers(j, nt[g]) \
			    > (name ".gold")
		else if (!moved[g]) {
			for (p = 0; p < ns[g]; p++)
				print "[" (i + p) "]:[]" > (name ".gold")
			for (p = 0; p < nt[g]; p++)
				print "[]:[" (j + p) "]" > (name ".gold")
		}
		h = order[g]
		for (p = 1; p <= ns[g]; p++) {
			print S[g, p] > (name ".src")
			if (paragraphs)
				print a > (name ".src.par")
		}
		for (p = 1; p <= nt[h]; p++) {
			print T[h, p] > (name ".tgt")
			if (paragraphs)
				print b > (name ".tgt.par")
		}
		i += ns[g]
		j += nt[h]
	}
	close(name ".gold")
	close(name ".src")
	close(name ".tgt")
	delete moved
	n_groups = 0
}

# Sentences, without white space round them and without empty ones.
function sentences(text, into, n, k, i)
{
	n = split(text, into, / *\|\|\| */)
	k = 0
	for (i = 1; i <= n; i++) {
		sub(/^[ \r]+/, "", into[i])
		sub(/[ \r]+$/, "", into[i])
		if (into[i] != "")
			into[++k] = into[i]
	}
	return k
}

BEGIN {
	FS = "\t"
	if (seed == "")
		seed = 1
	seed = (seed * 7919 + 104729) % 2147483647
	if (merge == "")
		merge = .1
	if (drop == "")
		drop = .05
	if (noise == "")
		noise = .2
	if (size == "")
		size = 60
	n_groups = n_texts = 0
}

$1 != "" || $2 != "" {
	if (NF > 2 ? $3 != text : n_groups >= size)
		finish()
	text = $3
	n_groups++
	ns[n_groups] = sentences($1, piece)
	for (p = 1; p <= ns[n_groups]; p++)
		S[n_groups, p] = piece[p]
	nt[n_groups] = sentences($2, piece)
	for (p = 1; p <= nt[n_groups]; p++)
		T[n_groups, p] = piece[p]
}

END {
	finish()
}
