### Tests. "make check" runs TESTS; a test that cannot run here exits 77.

AM_TESTS_ENVIRONMENT = \
	TM_SRCDIR='$(abs_top_srcdir)'; export TM_SRCDIR; \
	TM_BUILDDIR='$(abs_top_builddir)'; export TM_BUILDDIR; \
	TMTOOL_RULES='$(abs_top_srcdir)/tm/rules'; export TMTOOL_RULES; \
	XDG_CACHE_HOME=/dev/null/none; export XDG_CACHE_HOME;

tm_check_cppflags = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tm_check_ldadd = tm/libtm-all.la $(CHECK_LIBS)

if HAVE_CHECK
check_PROGRAMS += %D%/unit/check_base
TESTS += %D%/unit/check_base
%C%_unit_check_base_SOURCES = %D%/unit/check_base.c %D%/unit/unit.h
%C%_unit_check_base_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_base_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_xml
TESTS += %D%/unit/check_xml
%C%_unit_check_xml_SOURCES = %D%/unit/check_xml.c %D%/unit/unit.h
%C%_unit_check_xml_CPPFLAGS = $(tm_check_cppflags) $(ZLIB_CFLAGS)
%C%_unit_check_xml_LDADD = $(tm_check_ldadd) $(ZLIB_LIBS)

check_PROGRAMS += %D%/unit/check_lang
TESTS += %D%/unit/check_lang
%C%_unit_check_lang_SOURCES = %D%/unit/check_lang.c %D%/unit/unit.h
%C%_unit_check_lang_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_lang_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_ladder
TESTS += %D%/unit/check_ladder
%C%_unit_check_ladder_SOURCES = %D%/unit/check_ladder.c %D%/unit/unit.h
%C%_unit_check_ladder_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_ladder_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_text
TESTS += %D%/unit/check_text
%C%_unit_check_text_SOURCES = %D%/unit/check_text.c %D%/unit/unit.h
%C%_unit_check_text_CPPFLAGS = $(tm_check_cppflags) $(ICU_CFLAGS)
%C%_unit_check_text_LDADD = $(tm_check_ldadd) $(ICU_LIBS)

check_PROGRAMS += %D%/unit/check_srx
TESTS += %D%/unit/check_srx
%C%_unit_check_srx_SOURCES = %D%/unit/check_srx.c %D%/unit/unit.h
%C%_unit_check_srx_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_srx_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_segment
TESTS += %D%/unit/check_segment
%C%_unit_check_segment_SOURCES = %D%/unit/check_segment.c %D%/unit/unit.h
%C%_unit_check_segment_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_segment_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_codes
TESTS += %D%/unit/check_codes
%C%_unit_check_codes_SOURCES = %D%/unit/check_codes.c %D%/unit/unit.h
%C%_unit_check_codes_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_codes_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_match
TESTS += %D%/unit/check_match
%C%_unit_check_match_SOURCES = %D%/unit/check_match.c %D%/unit/unit.h \
	%D%/unit/unit_random.h
%C%_unit_check_match_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_match_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_fuzzy
TESTS += %D%/unit/check_fuzzy
%C%_unit_check_fuzzy_SOURCES = %D%/unit/check_fuzzy.c %D%/unit/unit.h \
	%D%/unit/unit_random.h
%C%_unit_check_fuzzy_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_fuzzy_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_store
TESTS += %D%/unit/check_store
%C%_unit_check_store_SOURCES = %D%/unit/check_store.c %D%/unit/unit.h \
	%D%/unit/unit_folder.h %D%/unit/unit_full.h %D%/unit/unit_place.h
%C%_unit_check_store_CPPFLAGS = $(tm_check_cppflags) $(SQLITE_CFLAGS)
%C%_unit_check_store_LDADD = $(tm_check_ldadd) $(SQLITE_LIBS)

check_PROGRAMS += %D%/unit/check_store_lookup
TESTS += %D%/unit/check_store_lookup
%C%_unit_check_store_lookup_SOURCES = %D%/unit/check_store_lookup.c \
	%D%/unit/unit.h %D%/unit/unit_folder.h %D%/unit/unit_full.h \
	%D%/unit/unit_look.h %D%/unit/unit_place.h
%C%_unit_check_store_lookup_CPPFLAGS = $(tm_check_cppflags) $(SQLITE_CFLAGS)
%C%_unit_check_store_lookup_LDADD = $(tm_check_ldadd) $(SQLITE_LIBS)

check_PROGRAMS += %D%/unit/check_store_index
TESTS += %D%/unit/check_store_index
%C%_unit_check_store_index_SOURCES = %D%/unit/check_store_index.c \
	%D%/unit/unit.h %D%/unit/unit_folder.h %D%/unit/unit_full.h \
	%D%/unit/unit_look.h %D%/unit/unit_place.h %D%/unit/unit_random.h
%C%_unit_check_store_index_CPPFLAGS = $(tm_check_cppflags) $(SQLITE_CFLAGS)
%C%_unit_check_store_index_LDADD = $(tm_check_ldadd) $(SQLITE_LIBS)

check_PROGRAMS += %D%/unit/check_watch
TESTS += %D%/unit/check_watch
%C%_unit_check_watch_SOURCES = %D%/unit/check_watch.c %D%/unit/unit.h \
	%D%/unit/unit_store.h
%C%_unit_check_watch_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_watch_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_kept
TESTS += %D%/unit/check_kept
%C%_unit_check_kept_SOURCES = %D%/unit/check_kept.c %D%/unit/unit.h
%C%_unit_check_kept_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_kept_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_layers
TESTS += %D%/unit/check_layers
%C%_unit_check_layers_SOURCES = %D%/unit/check_layers.c %D%/unit/unit.h
%C%_unit_check_layers_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_layers_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_history
TESTS += %D%/unit/check_history
%C%_unit_check_history_SOURCES = %D%/unit/check_history.c \
	%D%/unit/old_schemas.h %D%/unit/unit.h %D%/unit/unit_folder.h \
	%D%/unit/unit_random.h %D%/unit/unit_store.h
%C%_unit_check_history_CPPFLAGS = $(tm_check_cppflags) $(SQLITE_CFLAGS)
%C%_unit_check_history_LDADD = $(tm_check_ldadd) $(SQLITE_LIBS)

check_PROGRAMS += %D%/unit/check_filter
TESTS += %D%/unit/check_filter
%C%_unit_check_filter_SOURCES = %D%/unit/check_filter.c %D%/unit/unit.h
%C%_unit_check_filter_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_filter_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_adapt
TESTS += %D%/unit/check_adapt
%C%_unit_check_adapt_SOURCES = %D%/unit/check_adapt.c %D%/unit/unit.h \
	%D%/unit/unit_adapt.h %D%/unit/unit_random.h
%C%_unit_check_adapt_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_adapt_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_adapt_dates
TESTS += %D%/unit/check_adapt_dates
%C%_unit_check_adapt_dates_SOURCES = %D%/unit/check_adapt_dates.c \
	%D%/unit/unit.h %D%/unit/unit_adapt.h
%C%_unit_check_adapt_dates_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_adapt_dates_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_answer
TESTS += %D%/unit/check_answer
%C%_unit_check_answer_SOURCES = %D%/unit/check_answer.c %D%/unit/unit.h
%C%_unit_check_answer_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_answer_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_find
TESTS += %D%/unit/check_find
%C%_unit_check_find_SOURCES = %D%/unit/check_find.c %D%/unit/unit.h \
	%D%/unit/unit_folder.h %D%/unit/unit_random.h %D%/unit/unit_store.h
%C%_unit_check_find_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_find_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_places
TESTS += %D%/unit/check_places
%C%_unit_check_places_SOURCES = %D%/unit/check_places.c %D%/unit/unit.h \
	%D%/unit/unit_folder.h %D%/unit/unit_store.h
%C%_unit_check_places_CPPFLAGS = $(tm_check_cppflags) $(SQLITE_CFLAGS)
%C%_unit_check_places_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_store_bulk
TESTS += %D%/unit/check_store_bulk
%C%_unit_check_store_bulk_SOURCES = %D%/unit/check_store_bulk.c \
	%D%/unit/unit.h %D%/unit/unit_folder.h %D%/unit/unit_place.h
%C%_unit_check_store_bulk_CPPFLAGS = $(tm_check_cppflags) $(SQLITE_CFLAGS)
%C%_unit_check_store_bulk_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_lookup
TESTS += %D%/unit/check_lookup
%C%_unit_check_lookup_SOURCES = %D%/unit/check_lookup.c %D%/unit/unit.h \
	%D%/unit/unit_folder.h %D%/unit/unit_store.h
%C%_unit_check_lookup_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_lookup_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_missed
TESTS += %D%/unit/check_missed
%C%_unit_check_missed_SOURCES = %D%/unit/check_missed.c %D%/unit/unit.h \
	%D%/unit/unit_random.h
%C%_unit_check_missed_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_missed_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_align_scale
TESTS += %D%/unit/check_align_scale
%C%_unit_check_align_scale_SOURCES = %D%/unit/check_align_scale.c \
	%D%/unit/unit.h
%C%_unit_check_align_scale_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_align_scale_LDADD = $(tm_check_ldadd)
check_PROGRAMS += %D%/unit/check_lexicon
TESTS += %D%/unit/check_lexicon
%C%_unit_check_lexicon_SOURCES = %D%/unit/check_lexicon.c %D%/unit/unit.h
%C%_unit_check_lexicon_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_lexicon_LDADD = $(tm_check_ldadd)
check_PROGRAMS += %D%/unit/check_lexicon_cache
TESTS += %D%/unit/check_lexicon_cache
%C%_unit_check_lexicon_cache_SOURCES = %D%/unit/check_lexicon_cache.c \
	%D%/unit/unit.h
%C%_unit_check_lexicon_cache_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_lexicon_cache_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_store_lexicon
TESTS += %D%/unit/check_store_lexicon
%C%_unit_check_store_lexicon_SOURCES = %D%/unit/check_store_lexicon.c \
	%D%/unit/unit.h %D%/unit/unit_folder.h %D%/unit/unit_store.h
%C%_unit_check_store_lexicon_CPPFLAGS = $(tm_check_cppflags) $(SQLITE_CFLAGS)
%C%_unit_check_store_lexicon_LDADD = $(tm_check_ldadd) $(SQLITE_LIBS)

check_PROGRAMS += %D%/unit/check_lexicon_file
TESTS += %D%/unit/check_lexicon_file
%C%_unit_check_lexicon_file_SOURCES = %D%/unit/check_lexicon_file.c \
	%D%/unit/unit.h
%C%_unit_check_lexicon_file_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_lexicon_file_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_train
TESTS += %D%/unit/check_train
%C%_unit_check_train_SOURCES = %D%/unit/check_train.c %D%/unit/unit.h
%C%_unit_check_train_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_train_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_align
TESTS += %D%/unit/check_align
%C%_unit_check_align_SOURCES = %D%/unit/check_align.c %D%/unit/unit.h
%C%_unit_check_align_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_align_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_align_logs
TESTS += %D%/unit/check_align_logs
%C%_unit_check_align_logs_SOURCES = %D%/unit/check_align_logs.c %D%/unit/unit.h \
	%D%/unit/unit_random.h
%C%_unit_check_align_logs_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_align_logs_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_align_junction
TESTS += %D%/unit/check_align_junction
%C%_unit_check_align_junction_SOURCES = %D%/unit/check_align_junction.c \
	%D%/unit/unit.h
%C%_unit_check_align_junction_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_align_junction_LDADD = $(tm_check_ldadd)
check_PROGRAMS += %D%/unit/check_align_place
TESTS += %D%/unit/check_align_place
%C%_unit_check_align_place_SOURCES = %D%/unit/check_align_place.c \
	%D%/unit/unit.h
%C%_unit_check_align_place_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_align_place_LDADD = $(tm_check_ldadd)
check_PROGRAMS += %D%/unit/check_align_near
TESTS += %D%/unit/check_align_near
%C%_unit_check_align_near_SOURCES = %D%/unit/check_align_near.c \
	%D%/unit/unit.h
%C%_unit_check_align_near_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_align_near_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_align_fixed
TESTS += %D%/unit/check_align_fixed
%C%_unit_check_align_fixed_SOURCES = %D%/unit/check_align_fixed.c \
	%D%/unit/unit.h
%C%_unit_check_align_fixed_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_align_fixed_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_unit
TESTS += %D%/unit/check_unit
%C%_unit_check_unit_SOURCES = %D%/unit/check_unit.c %D%/unit/unit.h
%C%_unit_check_unit_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_unit_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_format
TESTS += %D%/unit/check_format
%C%_unit_check_format_SOURCES = %D%/unit/check_format.c %D%/unit/unit.h
%C%_unit_check_format_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_format_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_check
TESTS += %D%/unit/check_check
%C%_unit_check_check_SOURCES = %D%/unit/check_check.c %D%/unit/unit.h
%C%_unit_check_check_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_check_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_clean
TESTS += %D%/unit/check_clean
%C%_unit_check_clean_SOURCES = %D%/unit/check_clean.c %D%/unit/unit.h
%C%_unit_check_clean_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_clean_LDADD = $(tm_check_ldadd)

check_PROGRAMS += %D%/unit/check_tmx
TESTS += %D%/unit/check_tmx
%C%_unit_check_tmx_SOURCES = %D%/unit/check_tmx.c %D%/unit/unit.h
%C%_unit_check_tmx_CPPFLAGS = $(tm_check_cppflags)
%C%_unit_check_tmx_LDADD = $(tm_check_ldadd)
endif

### Queries held against comparing everything: some in "make check", 25,000 in
### "make check-lookup".
.PHONY: check-lookup
check-lookup: %D%/unit/check_missed
	$(AM_TESTS_ENVIRONMENT) TM_LOOKUP_QUERIES=25000 \
		CK_TIMEOUT_MULTIPLIER=60 %D%/unit/check_missed

### The tree tests itself, and the program as people use it.
dist_check_SCRIPTS = \
	%D%/arch/layers.sh \
	%D%/arch/symbols.sh \
	%D%/cli/align-known.sh \
	%D%/cli/article.sh \
	%D%/cli/bad-input.sh \
	%D%/cli/batch.sh \
	%D%/cli/align-batch.sh \
	%D%/cli/closed-folder.sh \
	%D%/cli/closed-writer.sh \
	%D%/cli/completion.sh \
	%D%/cli/edit.sh \
	%D%/cli/eval-judge.sh \
	%D%/cli/example.sh \
	%D%/cli/exchange.sh \
	%D%/cli/help.sh \
	%D%/cli/history.sh \
	%D%/cli/lookup-any.sh \
	%D%/cli/man.sh \
	%D%/cli/mounts.sh \
	%D%/cli/no-wait.sh \
	%D%/cli/places.sh \
	%D%/cli/readme.sh \
	%D%/cli/realign.sh \
	%D%/cli/terminal.sh \
	%D%/cli/train.sh \
	%D%/crash/crash_cache.sh \
	%D%/crash/crash_full.sh \
	%D%/crash/crash_program.sh \
	%D%/run-golden.sh \
	%D%/fuzz/replay.sh
TESTS += $(dist_check_SCRIPTS)
EXTRA_DIST += %D%/lib.sh %D%/alone.sh %D%/golden %D%/fuzz/corpus
EXTRA_DIST += %D%/quality/adapt.py %D%/quality/segment-f1.py \
	%D%/quality/usefulness.py %D%/quality/check-recall.py
EXTRA_DIST += %D%/quality/tmx-files.sh %D%/quality/interchange.sh \
	%D%/quality/make-bitext.awk %D%/quality/fit-confidence.py \
	%D%/quality/fit-confidence.sh

### Cases that are folders; see the head of run-golden.sh.
.PHONY: update-golden
update-golden: all
	$(AM_TESTS_ENVIRONMENT) UPDATE=1 $(srcdir)/%D%/run-golden.sh

### Fuzz targets: replayed over their corpora by "make check", or with
### --enable-fuzzing (clang) programs of libFuzzer. To add one, copy a block.
if FUZZING
tm_fuzz_main =
else
tm_fuzz_main = %D%/fuzz/replay.c
endif
tm_fuzz_ldadd = tm/libtm-all.la

check_PROGRAMS += %D%/fuzz/fuzz_ladder
%C%_fuzz_fuzz_ladder_SOURCES = %D%/fuzz/fuzz_ladder.c $(tm_fuzz_main)
%C%_fuzz_fuzz_ladder_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_ladder_LDADD = $(tm_fuzz_ldadd)

check_PROGRAMS += %D%/fuzz/fuzz_text
%C%_fuzz_fuzz_text_SOURCES = %D%/fuzz/fuzz_text.c $(tm_fuzz_main)
%C%_fuzz_fuzz_text_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_text_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_codes
%C%_fuzz_fuzz_codes_SOURCES = %D%/fuzz/fuzz_codes.c $(tm_fuzz_main)
%C%_fuzz_fuzz_codes_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_codes_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_check
%C%_fuzz_fuzz_check_SOURCES = %D%/fuzz/fuzz_check.c $(tm_fuzz_main)
%C%_fuzz_fuzz_check_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_check_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_tmx
%C%_fuzz_fuzz_tmx_SOURCES = %D%/fuzz/fuzz_tmx.c $(tm_fuzz_main)
%C%_fuzz_fuzz_tmx_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_tmx_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_tsv
%C%_fuzz_fuzz_tsv_SOURCES = %D%/fuzz/fuzz_tsv.c $(tm_fuzz_main)
%C%_fuzz_fuzz_tsv_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_tsv_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_csv
%C%_fuzz_fuzz_csv_SOURCES = %D%/fuzz/fuzz_csv.c $(tm_fuzz_main)
%C%_fuzz_fuzz_csv_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_csv_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_jsonl
%C%_fuzz_fuzz_jsonl_SOURCES = %D%/fuzz/fuzz_jsonl.c $(tm_fuzz_main)
%C%_fuzz_fuzz_jsonl_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_jsonl_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_po
%C%_fuzz_fuzz_po_SOURCES = %D%/fuzz/fuzz_po.c $(tm_fuzz_main)
%C%_fuzz_fuzz_po_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_po_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_xliff
%C%_fuzz_fuzz_xliff_SOURCES = %D%/fuzz/fuzz_xliff.c $(tm_fuzz_main)
%C%_fuzz_fuzz_xliff_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_xliff_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_segment
%C%_fuzz_fuzz_segment_SOURCES = %D%/fuzz/fuzz_segment.c $(tm_fuzz_main)
%C%_fuzz_fuzz_segment_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_segment_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_srx
%C%_fuzz_fuzz_srx_SOURCES = %D%/fuzz/fuzz_srx.c $(tm_fuzz_main)
%C%_fuzz_fuzz_srx_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_srx_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_adapt
%C%_fuzz_fuzz_adapt_SOURCES = %D%/fuzz/fuzz_adapt.c $(tm_fuzz_main)
%C%_fuzz_fuzz_adapt_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_adapt_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_match
%C%_fuzz_fuzz_match_SOURCES = %D%/fuzz/fuzz_match.c $(tm_fuzz_main)
%C%_fuzz_fuzz_match_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_match_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_image
%C%_fuzz_fuzz_image_SOURCES = %D%/fuzz/fuzz_image.c $(tm_fuzz_main)
%C%_fuzz_fuzz_image_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_image_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_image_file
%C%_fuzz_fuzz_image_file_SOURCES = %D%/fuzz/fuzz_image_file.c $(tm_fuzz_main)
%C%_fuzz_fuzz_image_file_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_image_file_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_state
%C%_fuzz_fuzz_state_SOURCES = %D%/fuzz/fuzz_state.c $(tm_fuzz_main)
%C%_fuzz_fuzz_state_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_fuzz_fuzz_state_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_state_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_dictd
%C%_fuzz_fuzz_dictd_SOURCES = %D%/fuzz/fuzz_dictd.c $(tm_fuzz_main)
%C%_fuzz_fuzz_dictd_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_dictd_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_lexcache
%C%_fuzz_fuzz_lexcache_SOURCES = %D%/fuzz/fuzz_lexcache.c $(tm_fuzz_main)
%C%_fuzz_fuzz_lexcache_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_lexcache_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_lextsv
%C%_fuzz_fuzz_lextsv_SOURCES = %D%/fuzz/fuzz_lextsv.c $(tm_fuzz_main)
%C%_fuzz_fuzz_lextsv_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_lextsv_LDADD = $(tm_fuzz_ldadd)
check_PROGRAMS += %D%/fuzz/fuzz_tbx
%C%_fuzz_fuzz_tbx_SOURCES = %D%/fuzz/fuzz_tbx.c $(tm_fuzz_main)
%C%_fuzz_fuzz_tbx_LDFLAGS = $(AM_LDFLAGS) $(TM_FUZZ_LDFLAGS)
%C%_fuzz_fuzz_tbx_LDADD = $(tm_fuzz_ldadd)
EXTRA_DIST += %D%/fuzz/replay.c %D%/fuzz/must.h %D%/fuzz/roundtrip.h \
	%D%/fuzz/fuzz_lexicon.h

### A writer killed at random moments: a few in "make check", a thousand in
### "make check-crash".
check_PROGRAMS += %D%/crash/crash_store
TESTS += %D%/crash/crash_store
%C%_crash_crash_store_SOURCES = %D%/crash/crash_store.c
%C%_crash_crash_store_LDADD = tm/libtm-all.la

### Power loss, errors and a full disk at every write: some in "make check",
### all in "make check-crash".
check_PROGRAMS += %D%/crash/crash_vfs
TESTS += %D%/crash/crash_vfs
%C%_crash_crash_vfs_SOURCES = %D%/crash/crash_vfs.c
%C%_crash_crash_vfs_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_crash_crash_vfs_LDADD = tm/libtm-all.la $(SQLITE_LIBS)

.PHONY: check-crash
check-crash: all %D%/crash/crash_store %D%/crash/crash_vfs
	%D%/crash/crash_store 1000
	%D%/crash/crash_vfs 1
	$(AM_TESTS_ENVIRONMENT) $(srcdir)/%D%/crash/crash_full.sh 150
	$(AM_TESTS_ENVIRONMENT) $(srcdir)/%D%/crash/crash_cache.sh 150
	$(AM_TESTS_ENVIRONMENT) $(srcdir)/%D%/crash/crash_program.sh 1000

### Figures: "make bench" builds tm_benches and runs run.sh, which prints
### name, items, seconds and items a second. To add one, add it to both.
tm_benches = %D%/bench/bench_segment %D%/bench/bench_store %D%/bench/bench_lookup \
	%D%/bench/bench_align %D%/bench/bench_tmx %D%/bench/bench_run \
	%D%/quality/quality_align %D%/quality/nearest
%C%_bench_bench_run_SOURCES = %D%/bench/bench_run.c %D%/bench/bench.h
%C%_bench_bench_tmx_SOURCES = %D%/bench/bench_tmx.c %D%/bench/bench.h
%C%_bench_bench_tmx_LDADD = tm/libtm-all.la
%C%_bench_bench_align_SOURCES = %D%/bench/bench_align.c %D%/bench/bench.h \
	%D%/quality/bitext.c %D%/quality/bitext.h
%C%_bench_bench_align_LDADD = tm/libtm-all.la
%C%_quality_quality_align_SOURCES = %D%/quality/quality_align.c \
	%D%/quality/bitext.c %D%/quality/bitext.h
%C%_quality_quality_align_LDADD = tm/libtm-all.la
%C%_quality_nearest_SOURCES = %D%/quality/nearest.c
%C%_quality_nearest_LDADD = tm/libtm-all.la
%C%_bench_bench_segment_SOURCES = %D%/bench/bench_segment.c %D%/bench/bench.h
%C%_bench_bench_segment_LDADD = tm/libtm-all.la
%C%_bench_bench_store_SOURCES = %D%/bench/bench_store.c %D%/bench/bench.h
%C%_bench_bench_store_LDADD = tm/libtm-all.la
%C%_bench_bench_lookup_SOURCES = %D%/bench/bench_lookup.c %D%/bench/bench.h
%C%_bench_bench_lookup_LDADD = tm/libtm-all.la
EXTRA_PROGRAMS += $(tm_benches)
EXTRA_DIST += %D%/bench/run.sh %D%/bench/program.sh %D%/bench/align.sh \
	%D%/bench/tmx.sh %D%/bench/large.sh

.PHONY: bench
bench: all $(tm_benches)
	$(AM_TESTS_ENVIRONMENT) $(srcdir)/%D%/bench/run.sh

### "make check" under valgrind: the unit tests, one after the other.
.PHONY: check-valgrind
check-valgrind: $(check_PROGRAMS)
	@for t in $(check_PROGRAMS); do \
		case $$t in */unit/*) ;; *) continue ;; esac; \
		echo "valgrind $$t"; \
		$(AM_TESTS_ENVIRONMENT) CK_FORK=no ./libtool --mode=execute \
			$(VALGRIND) -q --error-exitcode=9 --leak-check=full \
			--show-leak-kinds=definite --errors-for-leak-kinds=definite \
			--child-silent-after-fork=yes $$t || exit 1; \
	done
