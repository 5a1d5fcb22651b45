/*
 * cmd-edit.c - change one unit
 *
 * What is to change is said by options, or in a text with a line for each
 * thing there is, from standard input or from an editor:
 *
 *	en: The delegation arrived.
 *	ar: وصل الوفد.
 *	note: seen by Ann
 *
 * Inline codes stay where they are, as far as the text around them does.
 */
#include "config.h"

#include "choose.h"
#include "cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct values {
	const char *memory, *source, *target, *to, *as;
	struct opt_list notes, props;
	bool no_notes, dry_run, json;
};

/* A unit being changed; all it gets is in the arena. */
struct editing {
	tm_unit unit;
	tm_arena arena;
	bool changed;
};

/* ---- Changes --------------------------------------------------------- */

/* How many bytes two texts have in common from their beginnings on; or, up
 * to most, from their ends. Characters stay whole. */
static size_t
common(tm_str a, tm_str b, size_t most, bool from_end)
{
	size_t n = 0;

	while (n < most && n < a.n && n < b.n &&
	       (from_end ? a.p[a.n - 1 - n] == b.p[b.n - 1 - n]
			 : a.p[n] == b.p[n]))
		n++;
	while (n > 0 && (from_end ? (a.p[a.n - n] & 0xc0) == 0x80
				  : n < a.n && (a.p[n] & 0xc0) == 0x80))
		n--;
	return n;
}

/* Give a variant another text. A code within what changed moves to where
 * that ends at the latest. */
static void
set_text(struct editing *e, tm_variant *v, tm_str text)
{
	size_t least = v->text.n < text.n ? v->text.n : text.n;
	size_t before = common(v->text, text, least, false);
	size_t after = common(v->text, text, least - before, true);

	if (tm_str_eq(v->text, text))
		return;
	for (size_t i = 0; i < v->n_codes; i++) {
		size_t at = v->codes[i].at;

		if (at >= v->text.n - after)
			at = text.n - (v->text.n - at);
		else if (at > before)
			at = at < text.n - after ? at : text.n - after;
		while (
		    at < text.n && at > before && (text.p[at] & 0xc0) == 0x80)
			at--;
		v->codes[i].at = at;
	}
	v->text = tm_arena_str(&e->arena, text);
	v->changed = now();
	v->changer = tm_arena_str(&e->arena, tm_str_of(user_name()));
	e->changed = true;
}

/* A unit with a side that says nothing is no translation of anything: an
 * unset variable of a script, most likely. */
static bool
may_set(
    const struct editing *e, const tm_variant *v, tm_str text, tm_error *err)
{
	if (tm_str_trim(text).n > 0 || tm_str_eq(v->text, text))
		return true;
	return tm_fail(err, TM_INVALID,
	    "the %.*s of unit %lld would be empty: 'tmtool delete %lld' takes "
	    "the unit out",
	    TM_STR_ARG(v->lang), (long long)e->unit.id, (long long)e->unit.id);
}

static void
drop_meta(struct editing *e, size_t i)
{
	tm_unit *u = &e->unit;

	memmove(u->meta + i, u->meta + i + 1,
	    (u->n_meta - i - 1) * sizeof *u->meta);
	u->n_meta--;
	e->changed = true;
}

static void
add_meta(struct editing *e, tm_meta_kind kind, tm_str type, tm_str value)
{
	tm_unit *u = &e->unit;
	tm_meta *all = tm_arena_zalloc(&e->arena, u->n_meta + 1, sizeof *all);

	if (u->n_meta > 0)
		memcpy(all, u->meta, u->n_meta * sizeof *all);
	all[u->n_meta++] = (tm_meta){ .kind = kind,
		.type = tm_arena_str(&e->arena, type),
		.lang = TM_STR(""),
		.value = tm_arena_str(&e->arena, value) };
	u->meta = all;
	e->changed = true;
}

static void
drop_notes(struct editing *e)
{
	for (size_t i = e->unit.n_meta; i-- > 0;)
		if (e->unit.meta[i].kind == TM_NOTE)
			drop_meta(e, i);
}

/* NAME=VALUE; what had the name has it no more, and without a value nothing
 * has. */
static bool
set_prop(struct editing *e, const char *prop, tm_error *err)
{
	const char *equals = strchr(prop, '=');
	tm_str name = { prop, equals == NULL ? 0 : (size_t)(equals - prop) };

	if (name.n == 0)
		return tm_fail(err, TM_INVALID,
		    "'%s' is not NAME=VALUE, such as x-domain=law", prop);
	for (size_t i = e->unit.n_meta; i-- > 0;)
		if (e->unit.meta[i].kind == TM_PROP &&
		    tm_str_ieq(e->unit.meta[i].type, name))
			drop_meta(e, i);
	if (equals[1] != '\0')
		add_meta(e, TM_PROP, name, tm_str_of(equals + 1));
	return true;
}

/* ---- By options ------------------------------------------------------ */

/* The text an option gives: itself, or standard input for "-". */
static bool
text_of(const char *given, tm_buf *out, tm_error *err)
{
	if (strcmp(given, "-") != 0) {
		tm_buf_adds(out, given);
		return true;
	}
	if (!read_text("-", NULL, out, NULL, err))
		return false;
	/* The line ends; the text does not end with a line. */
	if (out->n > 0 && out->p[out->n - 1] == '\n')
		out->p[--out->n] = '\0';
	return true;
}

static bool
set_side(struct editing *e, size_t nr, const char *given, tm_error *err)
{
	tm_buf text = { 0 };
	bool ok = text_of(given, &text, err) &&
		  may_set(e, &e->unit.v[nr], tm_buf_str(&text), err);

	if (ok)
		set_text(e, &e->unit.v[nr], tm_buf_str(&text));
	tm_buf_release(&text);
	return ok;
}

/* The translation that is meant: the one in --to, or the only one. */
static bool
find_target(const tm_unit *u, const char *to, size_t *nr, tm_error *err)
{
	size_t source = tm_unit_source(u), found = u->n;

	for (size_t i = 0; i < u->n; i++) {
		if (i == source ||
		    (to != NULL && !tm_lang_covers(to, u->v[i].lang.p)))
			continue;
		if (found < u->n)
			return tm_fail(err, TM_INVALID,
			    "unit %lld has several translations: say which "
			    "with --to",
			    (long long)u->id);
		found = i;
	}
	*nr = found;
	return found < u->n ||
	       tm_fail(err, TM_INVALID, "unit %lld has no translation%s%s",
		   (long long)u->id, to == NULL ? "" : " into ",
		   to == NULL ? "" : to);
}

static bool
by_options(struct editing *e, const struct values *v, tm_error *err)
{
	tm_unit *u = &e->unit;
	size_t target = 0;

	if (v->source != NULL &&
	    !set_side(e, tm_unit_source(u), v->source, err))
		return false;
	if (v->target != NULL && (!find_target(u, v->to, &target, err) ||
				     !set_side(e, target, v->target, err)))
		return false;
	if (v->no_notes)
		drop_notes(e);
	for (size_t i = 0; i < v->notes.n; i++)
		add_meta(e, TM_NOTE, TM_STR(""), tm_str_of(v->notes.v[i]));
	for (size_t i = 0; i < v->props.n; i++)
		if (!set_prop(e, v->props.v[i], err))
			return false;
	if (v->as != NULL && u->status != status_named(v->as)) {
		u->status = status_named(v->as);
		e->changed = true;
	}
	return true;
}

/* ---- As a text ------------------------------------------------------- */

static void
add_line(tm_buf *out, tm_str name, tm_str value)
{
	tm_buf_printf(out, "%.*s: ", TM_STR_ARG(name));
	for (size_t i = 0; i < value.n; i++) {
		static const char plain[] = "\\\n\t\r", coded[] = "\\ntr";
		const char *at =
		    value.p[i] == '\0' ? NULL : strchr(plain, value.p[i]);

		if (at != NULL)
			tm_buf_addc(out, '\\');
		tm_buf_addc(out, at == NULL ? value.p[i] : coded[at - plain]);
	}
	tm_buf_addc(out, '\n');
}

static void
write_form(const tm_unit *u, tm_buf *out)
{
	tm_buf_printf(out,
	    "# Unit %lld. Lines with # do not count; \\n is a line break.\n",
	    (long long)u->id);
	for (size_t i = 0; i < u->n; i++)
		add_line(out, u->v[i].lang, u->v[i].text);
	for (size_t i = 0; i < u->n_meta; i++)
		if (u->meta[i].kind == TM_NOTE)
			add_line(out, TM_STR("note"), u->meta[i].value);
}

/* What add_line() did, undone, into out. */
static void
read_value(tm_str value, tm_buf *out)
{
	tm_buf_clear(out);
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (c == '\\' && i + 1 < value.n) {
			c = value.p[++i];
			c = (char)(c == 'n'   ? '\n'
				   : c == 't' ? '\t'
				   : c == 'r' ? '\r'
					      : c);
		}
		tm_buf_addc(out, c);
	}
}

/* One line of the form. Variants come in their order. */
static bool
take_line(struct editing *e, tm_str line, size_t *variant, size_t *notes,
    tm_buf *value, tm_error *err)
{
	const char *colon = memchr(line.p, ':', line.n);
	tm_unit *u = &e->unit;
	size_t n = colon == NULL ? 0 : (size_t)(colon - line.p), start = n + 1;
	tm_str name = { line.p, n };

	if (colon == NULL)
		return tm_fail(err, TM_PARSE,
		    "'%.*s' is no line such as 'en: Hello'", TM_STR_ARG(line));
	start += start < line.n && line.p[start] == ' ';
	read_value(tm_str_sub(line, start, line.n), value);
	if (*variant < u->n && tm_str_ieq(name, u->v[*variant].lang)) {
		if (!may_set(e, &u->v[*variant], tm_buf_str(value), err))
			return false;
		set_text(e, &u->v[(*variant)++], tm_buf_str(value));
		return true;
	}
	if (!tm_str_eq(name, TM_STR("note")))
		return tm_fail(err, TM_PARSE,
		    "a line for '%.*s' was not expected: the languages are "
		    "those of the unit, in its order",
		    TM_STR_ARG(name));
	/* The next note there is, or a new one. */
	for (; *notes < u->n_meta; ++*notes)
		if (u->meta[*notes].kind == TM_NOTE)
			break;
	if (*notes == u->n_meta)
		add_meta(e, TM_NOTE, TM_STR(""), tm_buf_str(value));
	else if (!tm_str_eq(u->meta[*notes].value, tm_buf_str(value))) {
		u->meta[*notes].value =
		    tm_arena_str(&e->arena, tm_buf_str(value));
		e->changed = true;
	}
	++*notes;
	return true;
}

static bool
read_form(struct editing *e, tm_str form, tm_error *err)
{
	size_t variant = 0, notes = 0, end;
	tm_buf value = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < form.n; i = end + 1) {
		const char *nl = memchr(form.p + i, '\n', form.n - i);
		tm_str line;

		end = nl == NULL ? form.n : (size_t)(nl - form.p);
		line = tm_str_sub(form, i, end);
		if (tm_str_trim(line).n > 0 && line.p[0] != '#')
			ok = take_line(e, line, &variant, &notes, &value, err);
	}
	tm_buf_release(&value);
	if (ok && variant < e->unit.n)
		return tm_fail(err, TM_PARSE,
		    "the line for '%.*s' is missing: nothing was changed",
		    TM_STR_ARG(e->unit.v[variant].lang));
	/* Notes that have no line are gone. */
	for (size_t i = e->unit.n_meta; ok && i-- > notes;)
		if (e->unit.meta[i].kind == TM_NOTE)
			drop_meta(e, i);
	return ok;
}

/* Have the user change the file; VISUAL and EDITOR may hold options. */
static bool
run_editor(const char *path, tm_error *err)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		execlp("sh", "sh", "-c", "exec ${VISUAL:-${EDITOR:-vi}} \"$1\"",
		    "sh", path, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0)
		return tm_fail(err, TM_IO,
		    "the editor (VISUAL or EDITOR) failed: nothing was "
		    "changed");
	return true;
}

static bool
in_editor(struct editing *e, tm_error *err)
{
	const char *tmp = getenv("TMPDIR");
	tm_buf path = { 0 }, form = { 0 };
	bool ok;
	int fd;

	tm_buf_printf(&path, "%s/tmtool-edit-XXXXXX",
	    tmp == NULL || tmp[0] == '\0' ? "/tmp" : tmp);
	write_form(&e->unit, &form);
	fd = mkstemp(path.p);
	ok = fd >= 0 && write(fd, form.p, form.n) == (ssize_t)form.n;
	if (fd >= 0)
		close(fd);
	tm_buf_clear(&form);
	if (!ok)
		tm_fail(err, TM_IO, "cannot write '%s': %s", path.p,
		    strerror(errno));
	ok = ok && run_editor(path.p, err) &&
	     read_text(path.p, NULL, &form, NULL, err) &&
	     read_form(e, tm_buf_str(&form), err);
	if (fd >= 0)
		unlink(path.p);
	tm_buf_release(&form);
	tm_buf_release(&path);
	return ok;
}

static bool
as_text(struct editing *e, tm_error *err)
{
	tm_buf form = { 0 };
	bool ok;

	if (isatty(STDIN_FILENO))
		return in_editor(e, err);
	ok = read_text("-", NULL, &form, NULL, err) &&
	     read_form(e, tm_buf_str(&form), err);
	tm_buf_release(&form);
	return ok;
}

/* ---- The command ----------------------------------------------------- */

static bool
says_something(const struct values *v)
{
	return v->source != NULL || v->target != NULL || v->as != NULL ||
	       v->notes.n > 0 || v->props.n > 0 || v->no_notes;
}

/* What it would become, on standard output. */
static void
print_unit(const struct tool *tool, const tm_unit *u)
{
	for (size_t i = 0; i < u->n; i++) {
		printf("%.*s: ", TM_STR_ARG(u->v[i].lang));
		print_text(tool, stdout, u->v[i].text);
		putchar('\n');
	}
	for (size_t i = 0; i < u->n_meta; i++) {
		const tm_meta *m = &u->meta[i];

		if (m->kind == TM_ATTR)
			continue;
		if (m->kind == TM_NOTE)
			fputs("note: ", stdout);
		else
			printf("prop %.*s: ", TM_STR_ARG(m->type));
		print_text(tool, stdout, m->value);
		putchar('\n');
	}
}

static bool
edit(struct tool *tool, const struct values *v, tm_store *store, int64_t id,
    struct editing *e, tm_error *err)
{
	const tm_unit *old;

	if (!tm_store_get(store, id, &e->arena, &old, err))
		return false;
	e->unit = *tm_unit_copy(&e->arena, old);
	if (!(says_something(v) ? by_options(e, v, err) : as_text(e, err)))
		return false;
	if (e->changed) {
		e->unit.changed = now();
		e->unit.changer =
		    tm_arena_str(&e->arena, tm_str_of(user_name()));
	}
	if (v->dry_run && !v->json)
		print_unit(tool, &e->unit);
	return v->dry_run || !e->changed ||
	       tm_store_replace_if(store, old, &e->unit, err);
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	const struct values *v = given;
	struct editing e = { .changed = false };
	char *memory;
	tm_store *store;
	tm_error err;
	int64_t id;
	bool ok;

	if (!parse_unit_id(args[0], &id, &err))
		return wrong_call(tool, "%s", err.msg);
	memory = memory_path(v->memory);
	store = open_memory(tool, memory, TM_WRITE, NULL, &err);
	ok = store != NULL && edit(tool, v, store, id, &e, &err);
	if (ok && v->json)
		print_json(json_pack("{s:o,s:I,s:b,s:b}", "memory",
		    json_of(tm_str_of(memory)), "unit", (json_int_t)id,
		    "changed", e.changed && !v->dry_run, "dry_run",
		    v->dry_run));
	else if (ok)
		remark(tool, "%s: unit %lld %s", memory, (long long)id,
		    !e.changed	 ? "is as it was"
		    : v->dry_run ? "would be changed (dry run)"
				 : "changed; 'tmtool undo' takes it back");
	tm_store_close(store);
	tm_arena_release(&e.arena);
	free(memory);
	return ok ? EXIT_DONE : give_up(&err);
}

static const struct opt opts[] = {
	{ 0, "target", "TEXT", OPT_STRING, offsetof(struct values, target),
	    .help = "the translation is this; -: as standard input says" },
	{ 0, "source", "TEXT", OPT_STRING, offsetof(struct values, source),
	    .help = "the source is this; -: as standard input says" },
	{ 0, "to", "LANG", OPT_LANG, offsetof(struct values, to),
	    .help = "which translation, where there are several" },
	{ 0, "note", "TEXT", OPT_LIST, offsetof(struct values, notes),
	    .help = "add a note" },
	{ 0, "no-notes", NULL, OPT_FLAG, offsetof(struct values, no_notes),
	    .help = "take its notes away" },
	{ 0, "prop", "NAME=VALUE", OPT_LIST, offsetof(struct values, props),
	    .help = "set a prop; without VALUE take it away" },
	{ 0, "as", "STATUS", OPT_CHOICE, offsetof(struct values, as),
	    .help = "mark it as confirmed, draft or rejected",
	    .choices = status_names },
	OPT_DRY_RUN(struct values),
	OPT_JSON(struct values),
	OPT_MEMORY(struct values),
	{ 0 },
};

const struct cmd cmd_edit = {
	.name = "edit",
	.summary = "change a unit of the memory",
	.operands = "UNIT",
	.about =
	    "Change the unit with this number, which lookup and list print.\n"
	    "Without options that say how, it is changed in $VISUAL or\n"
	    "$EDITOR, or is what standard input says: a line such as\n"
	    "'en: Hello' for each language, 'note: ...' for each note.",
	.opts = opts,
	.size = sizeof(struct values),
	.least = 1,
	.most = 1,
	.run = run,
};
