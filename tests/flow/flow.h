#pragma once
/*
 * Flow: a real brugd on a free loopback port with a state folder of its own, and real clients over
 * TLS, each under his own certificate. What goes wrong while setting up ends the test.
 */
#include "brug.h"

#include <stdarg.h>
#include <sys/types.h>

struct flow {
	char dir[64], state[80], where[64], clock[80];
	pid_t pid;
	char second[40]; /* who approves what takes two people, when there is one */
	char conf[96];   /* a configuration file for the next start, or "" */
};
void flow_begin(
	struct flow *); /* founds a server, starts it, lets the first admin join as "beheer@zvh" */
void flow_end(struct flow *);   /* stops it, checks that it ended well, removes everything */
void flow_start(struct flow *); /* on the same state again */
bool flow_up(struct flow *);    /* the same; false: it ended before it listened */
int flow_stop(struct flow *);   /* SIGTERM; its exit status */
void flow_kill(struct flow *);  /* kill -9 */
/* Runs brugd on the state with one more option; its exit status. */
int flow_run(struct flow *, const char *option);

/* brugd, and programs started from now on, live so much later (or earlier) than this machine. The
 * server's own tick notices within a second. Certificates are good for weeks, so do not move it by
 * months at once. */
void flow_clock(struct flow *, int64_t moved_ms);

/* A person: made by the admin, joined on a device of his own. Names are not sent twice: once for
 * each handle. */
void flow_person(struct flow *, const char *handle, const char *name, const char *functions);
/* Another device of his, with a code made by somebody else; flow_link(as) is its connection. */
void flow_device(struct flow *, struct link *maker, const char *handle, const char *as);
/* His connection. Ends the test when there is none. */
struct link *flow_link(struct flow *, const char *handle);
struct home flow_home(struct flow *, const char *handle);

/*
 * Sends JSON as parameters; a change gets a request id of its own. *out is the answer. flow_call
 * ends the test on an error; flow_try gives it back, and what was said in *fault when that is not
 * NULL. Its out may be NULL.
 */
void flow_call(struct link *, const char *method, struct tree *out, const char *json, ...)
	__attribute__((format(printf, 4, 5)));
enum err flow_try(struct link *, const char *method, struct tree *out, struct fault *,
		  const char *json, ...) __attribute__((format(printf, 5, 6)));
/* The same, the answer thrown away. */
void flow_do(struct link *, const char *method, const char *json, ...)
	__attribute__((format(printf, 3, 4)));
/* JSON as the wire has it. */
void flow_pack(struct buf *out, const char *json, bool write);
/* A day so many from today, "2027-06-01"; static, good until the next call. */
const char *flow_date(int days);
/* A text of an answer as a C string; static, good until the fourth next call. */
const char *flow_text(const struct tree *, const char *key);

/*
 * A case for most tests: agencies wijk, ggz, pol; an agreement; Noor (wijk, casusregisseur), Mila
 * (ggz), Daan (pol), all joined and taking part under purpose d1; house rules: the plan to all at
 * signaal, to the casusregisseur at inhoud.
 */
struct flow_case {
	char code[16];
	struct link *noor, *mila, *daan;
};
void flow_case(struct flow *, struct flow_case *);
void flow_case_close(struct flow_case *);
/* Adds an item; its code in out. */
void flow_add(struct link *, const char *case_code, char out[16], const char *json, ...)
	__attribute__((format(printf, 4, 5)));
/* True when the bytes stand in any file below the folder. */
bool flow_on_disk(struct flow *, const char *text);
