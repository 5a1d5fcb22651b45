### tmtool: only the public library and JSON
bin_PROGRAMS += %D%/tmtool
%C%_tmtool_SOURCES = \
	%D%/cmd.h %D%/cmd.c %D%/memory.c \
	%D%/alignment.h %D%/alignment.c %D%/alignment-html.c \
	%D%/alignment-read.c %D%/align-anchors.c \
	%D%/align-batch.h %D%/align-batch.c \
	%D%/align-known.h %D%/align-known.c \
	%D%/align-review.c %D%/align-tell.h %D%/align-tell.c \
	%D%/suitable.h %D%/suitable.c \
	%D%/exchange.h %D%/exchange.c \
	%D%/opts.h %D%/opts.c %D%/choose.h %D%/choose.c \
	%D%/main.c \
	%D%/check-report.h %D%/check-report.c %D%/check-html.c \
	%D%/cmd-align.c %D%/cmd-backup.c %D%/cmd-change.c \
	%D%/cmd-check.c %D%/cmd-clean.c %D%/cmd-convert.c %D%/cmd-edit.c \
	%D%/cmd-eval.c %D%/cmd-export.c \
	%D%/cmd-history.c %D%/cmd-list.c \
	%D%/cmd-import.c %D%/cmd-info.c %D%/cmd-lookup.c %D%/cmd-segment.c \
	%D%/cmd-train.c %D%/lexicons.h %D%/lexicons.c \
	%D%/cmd-concordance.c %D%/lookup.h %D%/lookup-show.c %D%/lookup-batch.c \
	%D%/difference.c %D%/difference.h %D%/lookup-ask.c %D%/lookup-html.c \
	%D%/lookup-answer.c
%C%_tmtool_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(LIBEDIT_CFLAGS)
%C%_tmtool_LDADD = tm/libtm.la $(JANSSON_LIBS) $(LIBEDIT_LIBS)
