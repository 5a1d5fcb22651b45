/* check-report.c - what check found, for people and programs */
#include "config.h"

#include "check-report.h"

const char *
finding_name(int kind)
{
	return kind == FILE_FINDING ? "file"
				    : tm_check_name((tm_check_kind)kind);
}

void
place_of_unit(const tm_unit *unit, char out[32])
{
	out[0] = '\0';
	if (unit->line > 0)
		snprintf(out, 32, ":%zu", unit->line);
	else if (unit->id > 0)
		snprintf(out, 32, "#%lld", (long long)unit->id);
}

/* ---- For programs ------------------------------------------------------ */

static json_t *
json_side(const tm_variant *v, size_t start, size_t end)
{
	json_t *o = json_object();

	json_object_set_new(o, "lang", json_of(v->lang));
	json_object_set_new(o, "text", json_of(v->text));
	if (end > start) {
		json_object_set_new(
		    o, "start", json_integer((json_int_t)start));
		json_object_set_new(o, "end", json_integer((json_int_t)end));
	}
	return o;
}

static json_t *
json_finding(const struct report *r, int kind, size_t line, const char *msg)
{
	json_t *o = json_object();

	json_object_set_new(o, "file", json_of(tm_str_of(r->path)));
	json_object_set_new(o, "line",
	    line == 0 ? json_null() : json_integer((json_int_t)line));
	json_object_set_new(o, "check", json_string(finding_name(kind)));
	json_object_set_new(o, "message", json_of(tm_str_of(msg)));
	return o;
}

/* ---- For people -------------------------------------------------------- */

static void
print_head(const struct report *r, const char *place, int kind, const char *msg,
    bool done)
{
	const struct tool *tool = r->tool;

	printf("%s%s: %s%s%s%s: ", r->path, place,
	    style_on(tool, done ? GOOD : BOLD), finding_name(kind),
	    done ? " (mended)" : "", style_off(tool));
	print_visible(tool, stdout, tm_str_of(msg));
	putchar('\n');
}

static void
print_side(const struct report *r, const tm_variant *v)
{
	printf("    %s%.*s%s\t", style_on(r->tool, DIM), TM_STR_ARG(v->lang),
	    style_off(r->tool));
	print_text(r->tool, stdout, v->text);
	putchar('\n');
}

void
report_warning(struct report *r, const tm_warning *w)
{
	char place[32] = "";

	r->n[FILE_FINDING]++;
	r->all++;
	if (w->line > 0)
		snprintf(place, sizeof place, ":%zu", w->line);
	if (r->html != NULL)
		html_warning(r, w);
	if (r->json)
		print_json(json_finding(r, FILE_FINDING, w->line, w->msg));
	else if (r->html == NULL)
		print_head(r, place, FILE_FINDING, w->msg, false);
}

void
report_finding(
    struct report *r, const tm_unit *unit, const tm_finding *f, bool done)
{
	const tm_variant *source = &unit->v[f->source];
	const tm_variant *target = &unit->v[f->target];
	char place[32];
	json_t *o;

	if (done) {
		r->mended++;
	} else {
		r->n[f->kind]++;
		r->all++;
	}
	place_of_unit(unit, place);
	if (r->html != NULL)
		html_finding(r, unit, f, done);
	if (r->json) {
		o = json_finding(r, f->kind, unit->line, f->msg);
		json_object_set_new(o, "unit",
		    unit->id == 0 ? json_null() : json_integer(unit->id));
		json_object_set_new(o, "tuid",
		    unit->tuid.n == 0 ? json_null() : json_of(unit->tuid));
		json_object_set_new(o, "source",
		    json_side(source, f->source_start, f->source_end));
		json_object_set_new(
		    o, "target", json_side(target, f->start, f->end));
		json_object_set_new(o, "other",
		    f->other.n == 0 ? json_null() : json_of(f->other));
		json_object_set_new(o, "mended", json_boolean(done));
		print_json(o);
		return;
	}
	if (r->html != NULL)
		return;
	print_head(r, place, f->kind, f->msg, done);
	print_side(r, source);
	print_side(r, target);
	if (f->other.n > 0) {
		tm_variant other = { .lang = f->kind == TM_CHECK_SAME
						 ? source->lang
						 : target->lang,
			.text = f->other };

		print_side(r, &other);
	}
}

void
report_end(struct report *r)
{
	tm_buf kinds = { 0 };

	if (r->html != NULL)
		html_page(r);
	for (int k = TM_CHECK_COUNT; k >= 0; k--)
		if (r->n[k] > 0)
			tm_buf_printf(&kinds, "%s%s %zu",
			    kinds.n == 0 ? ": " : ", ", finding_name(k),
			    r->n[k]);
	remark(r->tool, "%zu unit%s, %zu finding%s%s", r->units,
	    r->units == 1 ? "" : "s", r->all, r->all == 1 ? "" : "s",
	    kinds.n == 0 ? "" : kinds.p);
	if (r->mended > 0)
		remark(r->tool, "%zu mended", r->mended);
	tm_buf_release(&kinds);
	tm_buf_release(&r->rows);
}
