/* unit_full.h - a unit of which everything is known */
#ifndef TESTS_UNIT_FULL_H
#define TESTS_UNIT_FULL_H

#define NUL_INSIDE ((tm_str){ "a\0b", 3 })

static tm_meta unit_meta[] = {
	{ TM_PROP, TM_STR("x-domain"), TM_STR(""), TM_STR("medicine\n") },
	{ TM_NOTE, TM_STR(""), TM_STR("de"), TM_STR(" Achtung ") },
	{ TM_ATTR, TM_STR("usagecount"), TM_STR(""), TM_STR("3") },
};
static tm_meta variant_meta[] = {
	{ TM_PROP, TM_STR("x"), TM_STR("ar"), TM_STR("") },
};
static tm_code_at codes[] = { { 0, TM_STR("<bpt i=\"1\">") },
	{ 5, TM_STR("</bpt>") }, { 5, TM_STR("<ph/>") } };
static tm_variant full[] = {
	{ .lang = TM_STR("en-US"),
	    .text = TM_STR(" Hello\t"),
	    .codes = codes,
	    .n_codes = 3,
	    .created = 1,
	    .changed = 2,
	    .author = TM_STR("A"),
	    .changer = TM_STR("B") },
	{ .lang = TM_STR("ar-SY"),
	    .text = TM_STR("مرحبا\r\n"),
	    .meta = variant_meta,
	    .n_meta = 1 },
	{ .lang = TM_STR("de"), .text = { "a\0b", 3 } },
	{ .lang = TM_STR("fr"), .text = TM_STR("") },
};
static const tm_unit full_unit = { .tuid = TM_STR("id 1"),
	.srclang = TM_STR("en-US"),
	.v = full,
	.n = 4,
	.meta = unit_meta,
	.n_meta = 3,
	.created = 86400,
	.changed = 1700000000,
	.author = TM_STR("Zoë"),
	.changer = TM_STR("زينب"),
	.status = TM_CONFIRMED,
	.confidence = .1,
	.document = TM_STR("a/b c.txt"),
	.position = 12 };

static inline bool
is_full_unit(void *self, const tm_unit *u, tm_error *e)
{
	const tm_unit *f = &full_unit;

	++*(size_t *)self;
	ck_assert_int_gt(u->id, 0);
	ck_assert(tm_str_eq(u->tuid, f->tuid));
	ck_assert(tm_str_eq(u->srclang, f->srclang));
	ck_assert(tm_str_eq(u->author, f->author));
	ck_assert(tm_str_eq(u->changer, f->changer));
	ck_assert(tm_str_eq(u->document, f->document));
	ck_assert_int_eq(u->position, f->position);
	ck_assert_int_eq(u->created, f->created);
	ck_assert_int_eq(u->changed, f->changed);
	ck_assert_int_eq(u->status, f->status);
	ck_assert(u->confidence == f->confidence);
	ck_assert_uint_eq(u->n_meta, f->n_meta);
	for (size_t i = 0; i < f->n_meta; i++) {
		ck_assert_int_eq(u->meta[i].kind, f->meta[i].kind);
		ck_assert(tm_str_eq(u->meta[i].type, f->meta[i].type));
		ck_assert(tm_str_eq(u->meta[i].lang, f->meta[i].lang));
		ck_assert(tm_str_eq(u->meta[i].value, f->meta[i].value));
	}
	ck_assert_uint_eq(u->n, f->n);
	for (size_t i = 0; i < f->n; i++) {
		const tm_variant *a = &u->v[i], *b = &f->v[i];

		ck_assert(tm_str_eq(a->lang, b->lang));
		ck_assert(tm_str_eq(a->text, b->text));
		ck_assert(tm_str_eq(a->author, b->author));
		ck_assert(tm_str_eq(a->changer, b->changer));
		ck_assert_int_eq(a->created, b->created);
		ck_assert_int_eq(a->changed, b->changed);
		ck_assert_uint_eq(a->n_codes, b->n_codes);
		for (size_t k = 0; k < b->n_codes; k++) {
			ck_assert_uint_eq(a->codes[k].at, b->codes[k].at);
			ck_assert(tm_str_eq(a->codes[k].xml, b->codes[k].xml));
		}
		ck_assert_uint_eq(a->n_meta, b->n_meta);
		for (size_t k = 0; k < b->n_meta; k++) {
			ck_assert(tm_str_eq(a->meta[k].type, b->meta[k].type));
			ck_assert(tm_str_eq(a->meta[k].lang, b->meta[k].lang));
			ck_assert(
			    tm_str_eq(a->meta[k].value, b->meta[k].value));
		}
	}
	return true;
}

#endif
