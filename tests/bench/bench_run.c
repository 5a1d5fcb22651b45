/*
 * bench_run.c - what one run of a program takes
 *
 *	bench_run NAME ITEMS COMMAND...
 *
 * Runs the command three times, once where that takes more than five seconds
 * or BENCH_ONCE is set, with its output thrown away, and prints the best of
 * each:
 *
 *	name TAB items TAB seconds TAB processor seconds TAB MB
 */
#include "config.h"

#include "bench.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

static void
run(char **command)
{
	int null = open("/dev/null", O_WRONLY);

	if (null >= 0) {
		dup2(null, 1);
		dup2(null, 2);
	}
	execvp(command[0], command);
	_exit(127);
}

int
main(int argc, char **argv)
{
	bool once = getenv("BENCH_ONCE") != NULL;
	double wall = 1e9, user = 1e9, megabytes = 1e9;

	if (argc < 4) {
		fputs("usage: bench_run NAME ITEMS COMMAND...\n", stderr);
		return 64;
	}
	for (int k = 0; k < 3 && (k == 0 || (wall < 5 && !once)); k++) {
		double start = now(CLOCK_MONOTONIC), took, used, memory;
		struct rusage usage;
		int status;
		pid_t child = fork();

		if (child == 0)
			run(argv + 3);
		if (child < 0 || wait4(child, &status, 0, &usage) != child)
			return 2;
		if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) {
			fprintf(stderr, "%s: failed\n", argv[1]);
			return 1;
		}
		took = now(CLOCK_MONOTONIC) - start;
		used = seconds(usage.ru_utime) + seconds(usage.ru_stime);
		memory = (double)usage.ru_maxrss / 1024;
		wall = took < wall ? took : wall;
		user = used < user ? used : user;
		megabytes = memory < megabytes ? memory : megabytes;
	}
	printf("%s\t%s\t%.3f\t%.3f\t%.0f\n", argv[1], argv[2], wall, user,
	    megabytes);
	return 0;
}
