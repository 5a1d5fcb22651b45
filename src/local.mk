### tmtool: only the public library and JSON
bin_PROGRAMS += %D%/tmtool
%C%_tmtool_SOURCES = %D%/main.c
%C%_tmtool_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) \
	-DTM_RULESDIR='"$(tmrulesdir)"'
%C%_tmtool_LDADD = tm/libtm.la $(JANSSON_LIBS)
