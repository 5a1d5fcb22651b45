### Man pages, completions, the example pair
dist_man_MANS = \
	%D%/man/tmtool.1 \
	%D%/man/tmtool-align.1 \
	%D%/man/tmtool-backup.1 \
	%D%/man/tmtool-concordance.1 \
	%D%/man/tmtool-confirm.1 \
	%D%/man/tmtool-check.1 %D%/man/tmtool-clean.1 %D%/man/tmtool-convert.1 \
	%D%/man/tmtool-delete.1 \
	%D%/man/tmtool-edit.1 \
	%D%/man/tmtool-eval.1 \
	%D%/man/tmtool-export.1 \
	%D%/man/tmtool-history.1 \
	%D%/man/tmtool-import.1 \
	%D%/man/tmtool-info.1 \
	%D%/man/tmtool-list.1 \
	%D%/man/tmtool-lookup.1 \
	%D%/man/tmtool-segment.1 \
	%D%/man/tmtool-train.1 \
	%D%/man/tmtool-undo.1

dist_bashcomp_DATA = %D%/completions/bash/tmtool
dist_zshcomp_DATA = %D%/completions/zsh/_tmtool
dist_fishcomp_DATA = %D%/completions/fish/tmtool.fish

dist_doc_DATA = README.md NEWS.md COPYING
exampledir = $(docdir)/examples
dist_example_DATA = \
	%D%/examples/README.md \
	%D%/examples/ar-en.gold \
	%D%/examples/ar.txt \
	%D%/examples/en.txt
EXTRA_DIST += %D%/examples/demo.sh %D%/ARCHITECTURE.md %D%/STYLE.md \
	%D%/SEGMENTER.md %D%/FORMATS.md \
	%D%/ALIGNER.md %D%/SCHEMA.md %D%/FUZZY.md
