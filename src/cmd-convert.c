/* cmd-convert.c - from one format of exchange to another */
#include "config.h"

#include "exchange.h"

#include <stdlib.h>

struct values {
	struct exchange x;
	const char *input_format, *encoding;
};

struct input {
	const char *path;
	const tm_format *format;
	tm_format_options options;
	tm_writer *writer;
};

/* What a file says of itself goes on to the next. */
static void
pass_header_on(void *self, const tm_meta *meta, size_t n)
{
	struct input *in = self;

	if (in->writer != NULL)
		tm_writer_header(in->writer, meta, n);
}

static bool
walk(void *self, const tm_sink *sink, tm_error *err)
{
	struct input *in = self;

	return tm_format_read(in->format, in->path, &in->options, sink, err);
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
		.once = strcmp(args[0], "-") == 0,
		.writer = &in.writer };
	tm_error err;

	in.options.header_is = pass_header_on;
	in.options.header_self = &in;
	v.x.input = args[0];
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
	    "formats. --from and --to name the languages where IN does not.",
	.opts = opts,
	.size = sizeof(struct values),
	.least = 2,
	.most = 2,
	.run = run,
};
