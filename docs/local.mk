### Man pages, completions, examples
EXTRA_DIST += %D%/STYLE.md

examplesdir = $(docdir)/examples
dist_examples_DATA = \
	%D%/examples/README.md %D%/examples/ar.txt %D%/examples/en.txt \
	%D%/examples/ar-en.gold
