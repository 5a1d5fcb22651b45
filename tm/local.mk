### libtm: one set of objects, two libraries. Unit tests, fuzzers and benches
### link libtm-all.la and see everything; tmtool links libtm.la, whose version
### script hides all but the public headers, so the program cannot cheat.

tmincludedir = $(includedir)/tm
tminclude_HEADERS = \
	%D%/tm.h %D%/base.h %D%/lang.h %D%/text.h %D%/unit.h %D%/codes.h %D%/segment.h \
	%D%/train.h %D%/ladder.h %D%/lexicon.h %D%/align.h %D%/match.h %D%/fuzzy.h \
	%D%/filter.h %D%/store.h %D%/format.h %D%/check.h %D%/clean.h
tminclude_HEADERS += %D%/adapt.h %D%/answer.h

tmrulesdir = $(pkgdatadir)/rules
dist_tmrules_DATA = \
	%D%/rules/af.srx %D%/rules/ar.srx %D%/rules/beyond.srx \
	%D%/rules/bg.srx %D%/rules/ca.srx %D%/rules/cs.srx \
	%D%/rules/da.srx %D%/rules/de.srx %D%/rules/default.srx \
	%D%/rules/el.srx %D%/rules/en.srx %D%/rules/es.srx \
	%D%/rules/et.srx %D%/rules/eu.srx %D%/rules/fa.srx \
	%D%/rules/fi.srx %D%/rules/fr.srx %D%/rules/ga.srx \
	%D%/rules/gl.srx %D%/rules/he.srx %D%/rules/hi.srx \
	%D%/rules/hr.srx %D%/rules/hu.srx %D%/rules/hy.srx \
	%D%/rules/id.srx %D%/rules/is.srx %D%/rules/it.srx \
	%D%/rules/ja.srx %D%/rules/ka.srx %D%/rules/kk.srx \
	%D%/rules/ko.srx %D%/rules/lt.srx %D%/rules/lv.srx \
	%D%/rules/nl.srx %D%/rules/no.srx %D%/rules/pl.srx \
	%D%/rules/pt.srx %D%/rules/ro.srx %D%/rules/ru.srx \
	%D%/rules/sk.srx %D%/rules/sl.srx %D%/rules/sr.srx \
	%D%/rules/sv.srx %D%/rules/sw.srx %D%/rules/tr.srx \
	%D%/rules/uk.srx %D%/rules/ur.srx %D%/rules/vi.srx \
	%D%/rules/zh.srx

pkgconfig_DATA = %D%/tm.pc

noinst_LTLIBRARIES += %D%/libtm-all.la
%C%_libtm_all_la_SOURCES = \
	%D%/base_int.h %D%/base.c \
	%D%/lang.c %D%/lang_name.c \
	%D%/text_int.h %D%/text.c %D%/scan.c %D%/element.c \
	%D%/tokens.c %D%/spelling.c %D%/root.c \
	%D%/input_int.h %D%/input.c %D%/xml_int.h %D%/xml.c %D%/xml_door_int.h %D%/xml_door.c %D%/xml_write.c \
	%D%/unit.c %D%/codes.c %D%/filter.c \
	%D%/segment_int.h %D%/segment_rex_int.h \
	%D%/segment_rules_int.h %D%/srx_int.h %D%/segment.c \
	%D%/segment_codes.c %D%/segment_chars.c %D%/segment_sets.c %D%/segment_rex.c \
	%D%/segment_rules.c %D%/segment_run.c %D%/srx.c %D%/srx_icu.c \
	%D%/srx_tools.c %D%/srx_export.c \
	%D%/vocab_int.h %D%/vocab.c %D%/threads_int.h %D%/threads.c \
	%D%/lexicon_int.h %D%/lexicon.c %D%/lexicon_key.c \
	%D%/lexicon_want.c %D%/lexicon_cache.c %D%/cldr.c %D%/dictd.c %D%/train.c \
	%D%/lexicon_file.c %D%/dictd_packages.c %D%/answer.c \
	%D%/ladder.c \
	%D%/align_int.h %D%/align.c %D%/align_side.c \
	%D%/align_evidence.c %D%/align_score_int.h %D%/align_length.c \
	%D%/align_word.c %D%/align_place.c %D%/align_score.c %D%/align_path.c \
	%D%/align_logs_int.h %D%/align_logs.c \
	%D%/align_learn.c %D%/align_band.c %D%/align_fixed.c \
	%D%/align_junction.c %D%/align_judge.c \
	%D%/align_near.c %D%/align_sure_int.h %D%/align_sure.c %D%/align_chance.c %D%/align_moved.c %D%/align_single.c \
	%D%/align_agree.c \
	%D%/match_int.h %D%/match.c %D%/match_side.c \
	%D%/match_chars.c %D%/match_script.c \
	%D%/adapt_int.h %D%/adapt.c %D%/adapt_codes.c \
	%D%/adapt_dates.c %D%/adapt_differs.c %D%/adapt_doubts.c \
	%D%/adapt_forms.c %D%/adapt_names.c %D%/adapt_numbers.c \
	%D%/adapt_values.c \
	%D%/fuzzy_int.h %D%/fuzzy_build_int.h %D%/fuzzy_look_int.h \
	%D%/fuzzy.c %D%/fuzzy_look.c %D%/fuzzy_try.c \
	%D%/fuzzy_image.c %D%/fuzzy_find.c %D%/fuzzy_build.c \
	%D%/fuzzy_write.c \
	%D%/store_int.h %D%/store_sql_int.h %D%/store_segment_int.h \
	%D%/store_layers_int.h %D%/store_folder_int.h \
	%D%/store.c %D%/store_schema.c %D%/store_open.c %D%/store_same.c \
	%D%/store_write.c %D%/store_read.c %D%/store_check.c \
	%D%/store_place.c %D%/store_state.c %D%/store_history.c %D%/store_backup.c \
	%D%/store_lexicon.c \
	%D%/store_feed.c %D%/store_lookup.c %D%/store_rate.c %D%/store_find.c \
	%D%/store_index.c %D%/store_layers.c %D%/store_folder.c \
	%D%/store_kept.c %D%/store_early.c %D%/store_crew.c %D%/store_bulk.c \
	%D%/store_segment.c %D%/store_grow.c %D%/store_make.c %D%/store_plain.c \
	%D%/clean.c %D%/check_int.h %D%/check.c %D%/check_numbers.c \
	%D%/check_words.c %D%/check_codes.c %D%/check_text.c \
	%D%/check_whole.c %D%/check_memory.c %D%/check_mend.c \
	%D%/format_int.h %D%/format.c %D%/format/tmx.c \
	%D%/format/tmx_int.h %D%/format/tmx_segment.c \
	%D%/format/tmx_valid.c \
	%D%/format/tmx_write.c %D%/format/lines.c %D%/format/table.c \
	%D%/format/findings.c %D%/format/tsv.c %D%/format/csv.c %D%/format/jsonl.c \
	%D%/format/text.c %D%/format/po_int.h %D%/format/po.c \
	%D%/format/po_write.c %D%/format/po_valid.c %D%/format/xliff_int.h %D%/format/xliff_valid.c \
	%D%/format/xliff.c \
	%D%/format/xliff_write.c
%C%_libtm_all_la_CPPFLAGS = $(AM_CPPFLAGS) -DTM_RULESDIR='"$(tmrulesdir)"' \
	$(ICU_CFLAGS) $(XML_CFLAGS) $(SQLITE_CFLAGS) $(ZLIB_CFLAGS) $(JANSSON_CFLAGS)
%C%_libtm_all_la_LIBADD = $(ICU_LIBS) $(XML_LIBS) $(SQLITE_LIBS) \
	$(ZLIB_LIBS) $(JANSSON_LIBS) $(STEMMER_LIBS)

lib_LTLIBRARIES += %D%/libtm.la
%C%_libtm_la_SOURCES =
%C%_libtm_la_LIBADD = %D%/libtm-all.la
%C%_libtm_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 \
	-Wl,--version-script=$(top_srcdir)/%D%/libtm.map
%C%_libtm_la_DEPENDENCIES = %D%/libtm-all.la %D%/libtm.map
dist_pkgdata_DATA = %D%/tmx14.rng
EXTRA_DIST += %D%/libtm.map
