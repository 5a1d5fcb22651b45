/*
 * old_schemas.h - what memories looked like that people may still have
 *
 * Copies of what tm/store_schema.c said when a schema was released, so that
 * nobody changes one by mistake: a memory is made of them, and opened.
 */
#ifndef OLD_SCHEMAS_H
#define OLD_SCHEMAS_H

static const char schema_1[] =
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
	"INSERT INTO property VALUES ('uuid', lower(hex(randomblob(16))));";

/* As from schema 1: it is what was done to bring that up to date. */
static const char schema_2[] =
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
	"  ifnull(changed, 0))) FROM unit;";

/* Three units: one of two languages, one with all there is, one removed. */
static const char some_units[] =
	"INSERT INTO document VALUES (1, 'a.txt');"
	"INSERT INTO unit VALUES (1, %lld, 0, 0, NULL, NULL, NULL, NULL, NULL,"
	"  NULL, NULL, NULL, NULL);"
	"INSERT INTO variant VALUES (1, 0, 'en', 'a', NULL, NULL, NULL, NULL);"
	"INSERT INTO variant VALUES (1, 1, 'ar', 'b', NULL, NULL, NULL, NULL);"
	"INSERT INTO unit VALUES (2, %lld, 1, 3, .75, 1, 12, 'id', 'en-GB',"
	"  86400, 172800, 'Ann', 'Bob');"
	"INSERT INTO variant VALUES (2, 0, 'en-GB', 'a <b>', 1, 2, 'C', 'D');"
	"INSERT INTO variant VALUES (2, 1, 'de', 'x', NULL, NULL, NULL, NULL);"
	"INSERT INTO code VALUES (2, 0, 0, 2, '<ph/>');"
	"INSERT INTO meta VALUES (2, -1, 0, 0, 'x-domain', NULL, 'law');"
	"INSERT INTO meta VALUES (2, 1, 0, 1, NULL, NULL, 'a note');"
	"INSERT INTO unit VALUES (3, 5, 0, 0, NULL, NULL, NULL, NULL, NULL,"
	"  NULL, NULL, NULL, NULL);"
	"DELETE FROM unit WHERE id = 3;"
	"INSERT INTO touched (unit) VALUES (3);";

#endif
