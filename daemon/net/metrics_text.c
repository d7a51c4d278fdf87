/* The figures as text. */
#include "metrics.h"

#include "clock.h"
#include "vocab.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_fmt(b, "# HELP brug_%s %s\n# TYPE brug_%s %s\n", name, help, name, type);
}

static void one(struct buf *b, const char *name, const char *type, const char *help, double value)
{
	head(b, name, type, help);
	buf_fmt(b, "brug_%s %.15g\n", name, value);
}

static void spread(struct buf *b, const char *name, const char *help, const struct spread *s)
{
	uint64_t n = 0;

	head(b, name, "histogram", help);
	for (int i = 0; i < SPREAD_STEPS; i++) {
		n += s->in[i];
		buf_fmt(b, "brug_%s_bucket{le=\"%.15g\"} %" PRIu64 "\n", name, spread_us[i] / 1e6,
			n);
	}
	buf_fmt(b, "brug_%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", name, s->n);
	buf_fmt(b, "brug_%s_sum %.15g\nbrug_%s_count %" PRIu64 "\n", name, (double)s->sum_us / 1e6,
		name, s->n);
}

/* -- requests ---------------------------------------------------------------------------------- */

static void outcomes(struct buf *b, const char *method, const uint64_t n[OUTCOMES])
{
	for (int code = 0; code < OUTCOMES; code++)
		if (n[code])
			buf_fmt(b,
				"brug_requests_total{method=\"%s\",outcome=\"%s\"} %" PRIu64 "\n",
				method, err_name(code), n[code]);
}

static void requests(struct buf *b, const struct hub_figures *f)
{
	head(b, "requests_total", "counter", "Requests, by method and by what became of them.");
	for (size_t i = 0; brug_vocab.methods[i].name; i++)
		outcomes(b, brug_vocab.methods[i].name, f->requests[i]);
	outcomes(b, "-", f->unknown);
}

static void sessions(struct buf *b, const struct hub_figures *f, const struct listener_figures *l)
{
	one(b, "connections", "gauge", "Connections now.", (double)l->connections);
	one(b, "unauthenticated", "gauge", "Of those, that have not made a good request yet.",
	    (double)l->strangers);
	one(b, "connections_total", "counter", "Connections since the start.", (double)l->accepted);
	one(b, "connections_turned_away_total", "counter",
	    "Turned away: too many, in all or from one address.", (double)l->turned_away);
	one(b, "handshakes_refused_total", "counter",
	    "No handshake, no certificate of ours, or a device that is not known or was stopped.",
	    (double)l->refused);
	one(b, "sessions", "gauge", "Sessions now.", (double)f->sessions);
	one(b, "watchers", "gauge", "Plans that somebody is watching.", (double)f->watchers);
	one(b, "outbox_bytes", "gauge", "Waiting to be sent, all connections together.",
	    (double)f->outbox_bytes);
	one(b, "outbox_most_bytes", "gauge", "The most that waits for one connection.",
	    (double)f->outbox_most);
}

/* -- disk and memory --------------------------------------------------------------------------- */

static double journal_bytes(const char *state, unsigned *files)
{
	char path[1200];
	double bytes = 0;
	struct stat st;

	for (*files = 0;; ++*files) {
		snprintf(path, sizeof(path), "%.1100s/journal/%08u.seg", state, *files + 1);
		if (stat(path, &st) != 0)
			return bytes;
		bytes += (double)st.st_blocks * 512;
	}
}

static void disk(struct buf *b, const struct metrics_conf *c)
{
	uint64_t used, mapped;
	struct statvfs vfs;
	unsigned files;
	double bytes = journal_bytes(c->state, &files);

	one(b, "journal_facts", "gauge", "Facts in the journal.",
	    (double)c->log->ops->head(c->log, LOG_FACTS));
	one(b, "journal_disclosures", "gauge", "Disclosures in the journal.",
	    (double)c->log->ops->head(c->log, LOG_SEEN));
	one(b, "journal_bytes", "gauge", "The journal on the disk, preallocated room included.",
	    bytes);
	one(b, "journal_segments", "gauge", "Its files.", files);
	store_size(c->store, &used, &mapped);
	one(b, "state_used_bytes", "gauge", "The state's pages that are or were in use (LMDB).",
	    (double)used);
	one(b, "state_mapped_bytes", "gauge", "Address space for the state.", (double)mapped);
	if (statvfs(c->state, &vfs) == 0)
		one(b, "disk_free_bytes", "gauge", "Room on the state's disk.",
		    (double)vfs.f_bavail * (double)vfs.f_frsize);
}

static void memory(struct buf *b)
{
	struct mallinfo2 m = mallinfo2();
	struct rusage u;

	one(b, "memory_bytes", "gauge", "Memory in use by the process itself.",
	    (double)(m.uordblks + m.hblkhd));
	if (getrusage(RUSAGE_SELF, &u) != 0)
		return;
	one(b, "resident_most_bytes", "gauge", "The most that was resident since the start.",
	    (double)u.ru_maxrss * 1024);
	one(b, "cpu_seconds_total", "counter", "Processor time, own and the kernel's.",
	    (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
		    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6);
}

static void terms(struct buf *b, const struct metrics_conf *c)
{
	double now = (double)clock_now_ms() / 1000;
	char path[1200];
	struct stat st;

	one(b, "certificate_seconds", "gauge", "Until the server's certificate ends.",
	    (double)*c->certificate_until / 1000 - now);
	snprintf(path, sizeof(path), "%.1100s/backed-up", c->state);
	if (stat(path, &st) == 0)
		one(b, "backup_age_seconds", "gauge", "Since the last backup; missing: never.",
		    now - (double)st.st_mtim.tv_sec);
	one(b, "confined", "gauge", "1: held to its own folder and calls.", *c->confined);
}

void metrics_text(const struct metrics_conf *c, struct buf *b)
{
	const struct listener_figures *l = listener_figures(c->listener);
	struct hub_figures f;

	hub_figures(c->hub, &f);
	head(b, "info", "gauge", "The version that runs.");
	buf_fmt(b, "brug_info{version=\"%s\"} 1\n", c->version);
	sessions(b, &f, l);
	requests(b, &f);
	spread(b, "turn_seconds", "One turn of the loop: all that was there, done and sent.",
	       &l->turn);
	spread(b, "journal_sync_seconds", "Making a turn durable: one write and one fdatasync.",
	       &f.sync);
	disk(b, c);
	memory(b);
	terms(b, c);
}
