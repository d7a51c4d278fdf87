/* The doctor asks the server's metrics: what only the running server knows. */
#include "doctor.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { TEXT = 256 * 1024, DAY = 24 * 60 * 60 };

static int dial(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	const struct timeval patience = {5, 0};
	int fd;

	if (strlen(path) >= sizeof(at.sun_path))
		return -1;
	strcpy(at.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool ask(const char *path, char text[TEXT])
{
	static const char get[] = "GET /metrics HTTP/1.0\r\n\r\n";
	int fd = dial(path);
	size_t n = 0;
	ssize_t got = 1;

	if (fd < 0)
		return false;
	if (send(fd, get, sizeof(get) - 1, MSG_NOSIGNAL) != (ssize_t)sizeof(get) - 1)
		got = 0;
	while (got > 0 && n < TEXT - 1) {
		got = read(fd, text + n, TEXT - 1 - n);
		n += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	text[n] = 0;
	return got == 0 && n;
}

/* The value behind a name, labels and all, at the beginning of a line; NAN: it is not there. */
static double value(const char *text, const char *name)
{
	char line[160];
	const char *at;

	snprintf(line, sizeof(line), "\nbrug_%s ", name);
	at = strstr(text, line);
	return at ? strtod(at + strlen(line), NULL) : NAN;
}

/* The sum of a counter over all its labels where the words stand. */
static double sum_where(const char *text, const char *name, const char *words)
{
	char begin[80];
	double sum = 0;

	snprintf(begin, sizeof(begin), "brug_%s{", name);
	for (const char *line = text; line; line = strchr(line, '\n')) {
		const char *end, *at;

		line += *line == '\n';
		end = strchr(line, '\n');
		at = strstr(line, words);
		if (!strncmp(line, begin, strlen(begin)) && at && end && at < end)
			sum += strtod(strchr(at, '}') + 1, NULL);
		if (!end)
			break;
	}
	return sum;
}

static void say(struct findings *fs, enum grade g, const char *check, const char *text,
		const char *can, const char *format, double v)
{
	struct finding *f = finding_add(fs, g, check, text, can);

	if (!strcmp(format, "%.1f"))
		snprintf(f->arg, sizeof(f->arg), "%.1f", v);
	else
		snprintf(f->arg, sizeof(f->arg), "%.0f", v);
}

static void look_at_backup(struct findings *fs, const char *text)
{
	double days = value(text, "backup_age_seconds") / DAY;

	if (isnan(days))
		finding_add(fs, GRADE_NOTE, N_("backup"), N_("No backup was ever made."),
			    N_("See brug-admin help backup"));
	else
		say(fs,
		    days > 7   ? GRADE_BAD
		    : days > 2 ? GRADE_NOTE
			       : GRADE_OK,
		    N_("backup"), N_("The last one is %s days old."),
		    days > 2 ? N_("brug-admin backup FOLDER, every night") : NULL, "%.1f", days);
}

/* The mean says less than the tail, but a disk that is slow as a rule shows in it. */
static void look_at_sync(struct findings *fs, const char *text)
{
	double n = value(text, "journal_sync_seconds_count"),
	       ms = value(text, "journal_sync_seconds_sum") * 1000 / (n > 0 ? n : 1);

	if (isnan(n) || n < 1)
		return;
	say(fs,
	    ms > 100  ? GRADE_BAD
	    : ms > 20 ? GRADE_NOTE
		      : GRADE_OK,
	    N_("disk"), N_("A change is on the disk in %s ms."),
	    ms > 20 ? N_("Everybody waits for that: look for a disk that fails, or a busy "
			 "neighbour.")
		    : NULL,
	    "%.1f", ms);
}

static void look_at_errors(struct findings *fs, const char *text)
{
	double bad = sum_where(text, "requests_total", "outcome=\"internal\""),
	       away = value(text, "connections_turned_away_total");

	if (bad > 0)
		say(fs, GRADE_BAD, N_("server"),
		    N_("Since its start %s requests ended in an error of its own."),
		    N_("Look in its log for code=internal, and report it."), "%.0f", bad);
	if (away > 0)
		say(fs, GRADE_NOTE, N_("server"),
		    N_("Since its start %s connections were turned away: too many at once."),
		    N_("Look who they are, or raise connections or per_address."), "%.0f", away);
	if (value(text, "confined") < 1)
		finding_add(fs, GRADE_NOTE, N_("server"),
			    N_("It is not held to its own folder and calls."),
			    N_("Its log says why, at the start: not confined"));
}

void doctor_metrics(struct findings *fs, const char *path)
{
	char *text = calloc(1, TEXT);

	if (!text)
		abort();
	if (ask(path, text)) {
		look_at_backup(fs, text);
		look_at_sync(fs, text);
		look_at_errors(fs, text);
	}
	free(text);
}
