/*
 * Which dictionaries FreeDict has: from each language, by its code of ISO
 * 639-3, those into which others. Debian 12 packs each of them as
 * dict-freedict-FROM-TO, so that one can say what to install where none is.
 */
#include "config.h"

#include "tm/lexicon_int.h"

static const struct {
	const char *from, *to;
} dictionaries[] = {
	{ "afr", "deu eng" },
	{ "ara", "eng" },
	{ "bre", "fra" },
	{ "ces", "eng" },
	{ "ckb", "kmr" },
	{ "cym", "eng" },
	{ "dan", "eng" },
	{ "deu",
	    "bul ell eng fin fra ind ita kur nld pol por rus spa swe tur" },
	{ "ell", "bul eng fin fra ind ita jpn lat lit nld nor pol por rus spa "
		 "swe" },
	{ "eng",
	    "afr ara bul ces cym dan deu ell fin fra gle hin hrv hun ind "
	    "ita jpn lat lit nld nor pol por rom rus spa srp swe swh tur" },
	{ "epo", "eng" },
	{ "fin",
	    "bul deu ell eng fra ind ita jpn lat lit nld nor pol por swe" },
	{ "fra", "bre bul deu ell eng fin ita jpn lat lit nld pol por rus spa "
		 "swe tur" },
	{ "gla", "deu" },
	{ "gle", "eng pol" },
	{ "hrv", "eng" },
	{ "hun", "eng" },
	{ "isl", "eng" },
	{ "ita",
	    "bul deu ell eng fin ind jpn lit nor pol por rus spa swe tur" },
	{ "jpn", "deu eng fra rus" },
	{ "kha", "deu eng" },
	{ "kur", "deu eng tur" },
	{ "lat", "deu eng" },
	{ "lit", "eng" },
	{ "mkd", "bul" },
	{ "nld",
	    "bul deu ell eng fin fra ind ita lat lit pol por rus spa swe" },
	{ "nno", "nob" },
	{ "oci", "cat" },
	{ "pol", "bul deu ell eng fin fra gle ind ita jpn nld nor por rus spa "
		 "swe tur" },
	{ "por", "deu eng fra spa" },
	{ "san", "deu" },
	{ "slk", "eng" },
	{ "slv", "eng" },
	{ "spa", "ast deu eng por" },
	{ "srp", "eng" },
	{ "swe", "bul deu ell eng fin fra ita jpn lat nld nor pol por rus spa "
		 "tur" },
	{ "swh", "eng pol" },
	{ "tur", "deu eng" },
	{ "wol", "fra" },
};

bool
tm_dictd_exists(const char *from, const char *to)
{
	for (size_t i = 0; i < sizeof dictionaries / sizeof dictionaries[0];
	     i++) {
		const char *p = dictionaries[i].to;

		if (strcmp(dictionaries[i].from, from) != 0)
			continue;
		for (; *p != '\0'; p += p[3] == ' ' ? 4 : 3)
			if (strncmp(p, to, 3) == 0 && to[3] == '\0')
				return true;
	}
	return false;
}
