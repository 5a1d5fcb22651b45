/* cmd-convert.c - from one format of exchange to another */
#include "config.h"

#include "exchange.h"

#include <stdlib.h>
#include <sys/stat.h>

struct values {
	struct exchange x;
	const char *input_format, *encoding;
};

struct input {
	const char *path;
	const tm_format *format;
	tm_format_options options;
	struct outlets *to;
};

/* What a file says of itself goes on to the next. */
static void
pass_header_on(void *self, const tm_meta *meta, size_t n)
{
	struct input *in = self;

	exchange_header(in->to, meta, n);
}

static bool
walk(void *self, const tm_sink *sink, struct outlets *to, tm_error *err)
{
	struct input *in = self;

	in->to = to;
	return tm_format_read(in->format, in->path, &in->options, sink, err);
}

static bool
is_pipe(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	struct values v = *(const struct values *)given;
	struct input in = { .path = args[0],
		.options = {
		    .from = v.x.from, .to = v.x.to, .encoding = v.encoding } };
	struct unit_source source = { .self = &in,
		.walk = walk,
		.once = strcmp(args[0], "-") == 0 || is_pipe(args[0]) };
	char from[TM_LANG_MAX], to[TM_LANG_MAX];
	tm_error err;

	/* Two names of a parallel text stand for one. */
	if (n == 3 && v.input_format == NULL &&
	    is_parallel(args[0], args[1], from, to)) {
		v.input_format = "text";
		in.options.from = v.x.from != NULL ? v.x.from : from;
		in.options.to = v.x.to != NULL ? v.x.to : to;
		args++;
		n--;
	} else if (n == 3) {
		v.x.second = args[2];
	}
	in.options.header_is = pass_header_on;
	in.options.header_self = &in;
	v.x.input = strcmp(args[0], "-") == 0 ? NULL : args[0];
	v.x.output = args[1];
	watch_interrupts();
	in.format = input_format(args[0], v.input_format, "input-format", &err);
	if (in.format == NULL)
		return give_up(&err);
	return exchange_write(tool, &v.x, &source);
}

static const struct opt opts[] = {
	OPT_EXCHANGE(struct values),
	{ 0, "input-format", "FORMAT", OPT_CHOICE,
	    offsetof(struct values, input_format),
	    .help = "format of IN, where its name and content do not tell",
	    .choices = exchange_formats },
	OPT_ENCODING(struct values),
	{ 0 },
};

const struct cmd cmd_convert = {
	.name = "convert",
	.summary = "turn a file of one format into another",
	.operands = "IN OUT",
	.about =
	    "Read units from IN and write them to OUT; the endings tell the\n"
	    "formats. --from and --to name the languages where IN does not.\n"
	    "Parallel text is two files, a.ar and a.en, as IN or as OUT.",
	.opts = opts,
	.size = sizeof(struct values),
	.least = 2,
	.most = 3,
	.run = run,
};
