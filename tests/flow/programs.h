#pragma once
/*
 * Programs: brug and brug-admin themselves, run as people run them: in a pipe, or on a terminal of
 * so many columns where keys are typed and an editor opens. What hangs ends the test.
 */
#include "flow.h"

struct program {
	pid_t pid;
	int terminal; /* of program_on_terminal */
	int status;   /* exit status, or 128 + signal */
	char out[64 * 1024], err[16 * 1024];
	size_t out_n, err_n;
};

/* Runs argv (argv[0] is "brug" or "brug-admin") as this person and waits. in: its standard input,
 * NULL for none. Environment: LANGUAGE, COLUMNS and what setenv made of the rest. */
void program_run(struct flow *, struct program *, const char *handle, const char *in,
		 const char *const *argv);
#define BRUG(f, p, who, in, ...)                                                                   \
	program_run(f, p, who, in, (const char *const[]){"brug", __VA_ARGS__, NULL})
#define BRUG_ADMIN(f, p, who, in, ...)                                                             \
	program_run(f, p, who, in, (const char *const[]){"brug-admin", __VA_ARGS__, NULL})

/* The same on a terminal; it stays on. What it prints comes in out. */
void program_on_terminal(struct flow *, struct program *, const char *handle,
			 const char *const *argv);
/* Reads until the words stand there. */
void program_expect(struct program *, const char *words);
void program_type(struct program *, const char *keys);
void program_wait(struct program *);                          /* until it has ended; fills status */
bool program_said(const struct program *, const char *words); /* in out or err */
size_t program_said_times(const struct program *, const char *words); /* in out */
/* The widest line of out, in columns. */
size_t program_width(const struct program *);
