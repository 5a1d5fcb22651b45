/*
 * store_schema.c - the tables, and how older memories come to have them
 *
 * One text of SQL for each version of the schema; PRAGMA user_version says
 * how many have run. A released text is never changed: what is missing is
 * added by a new one. docs/SCHEMA.md says what the columns mean.
 */
#include "config.h"

#include "tm/store_int.h"

const char *const tm_store_migrations[] = {
	/* 1 */
	"CREATE TABLE document ("
	"  id INTEGER PRIMARY KEY,"
	"  name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE unit ("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  hash INTEGER NOT NULL,"
	"  status INTEGER NOT NULL,"
	"  extra INTEGER NOT NULL,"
	"  confidence REAL,"
	"  document INTEGER REFERENCES document (id),"
	"  position INTEGER,"
	"  tuid TEXT,"
	"  srclang TEXT,"
	"  created INTEGER,"
	"  changed INTEGER,"
	"  author TEXT,"
	"  changer TEXT);"
	"CREATE INDEX unit_hash ON unit (hash);"
	"CREATE TABLE variant ("
	"  unit INTEGER NOT NULL REFERENCES unit (id),"
	"  nr INTEGER NOT NULL,"
	"  lang TEXT NOT NULL,"
	"  text TEXT NOT NULL,"
	"  created INTEGER,"
	"  changed INTEGER,"
	"  author TEXT,"
	"  changer TEXT,"
	"  PRIMARY KEY (unit, nr)) WITHOUT ROWID;"
	"CREATE TABLE code ("
	"  unit INTEGER NOT NULL,"
	"  variant INTEGER NOT NULL,"
	"  nr INTEGER NOT NULL,"
	"  at INTEGER NOT NULL,"
	"  xml TEXT NOT NULL,"
	"  PRIMARY KEY (unit, variant, nr)) WITHOUT ROWID;"
	"CREATE TABLE meta ("
	"  unit INTEGER NOT NULL,"
	"  variant INTEGER NOT NULL,"
	"  nr INTEGER NOT NULL,"
	"  kind INTEGER NOT NULL,"
	"  type TEXT,"
	"  lang TEXT,"
	"  value TEXT NOT NULL,"
	"  PRIMARY KEY (unit, variant, nr)) WITHOUT ROWID;"
	"CREATE TABLE touched ("
	"  rev INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  unit INTEGER NOT NULL);"
	"CREATE TABLE property ("
	"  name TEXT PRIMARY KEY,"
	"  value) WITHOUT ROWID;"
	"INSERT INTO property VALUES ('uuid', lower(hex(randomblob(16))));",
	/* 2: what is in it, counted as it changes */
	"CREATE TABLE language ("
	"  lang TEXT PRIMARY KEY,"
	"  variants INTEGER NOT NULL,"
	"  sources INTEGER NOT NULL) WITHOUT ROWID;"
	"INSERT INTO language SELECT lang, count(*), 0 FROM variant"
	"  GROUP BY lang;"
	"INSERT INTO language SELECT ifnull(srclang, lang) AS l, 0, count(*)"
	"  FROM unit JOIN variant ON variant.unit = unit.id AND nr = 0"
	"  WHERE true GROUP BY l"
	"  ON CONFLICT (lang) DO UPDATE SET sources = excluded.sources;"
	"INSERT INTO property SELECT 'units', count(*) FROM unit;"
	"INSERT INTO property SELECT 'created', min(created) FROM unit;"
	"INSERT INTO property SELECT 'changed', max(max(ifnull(created, 0),"
	"  ifnull(changed, 0))) FROM unit;",
};

const int tm_store_version =
    sizeof tm_store_migrations / sizeof tm_store_migrations[0];
