#pragma once
/*
 * The client library: an identity on this device, a connection, a call, and the next event. It
 * decides nothing about rights. Blocking, one connection at a time; small enough for brug,
 * brug-admin and others to share.
 */
#include "pack.h"
#include "rpc.h"
#include "vocab.h"

/*
 * Where an identity lives. BRUG_HOME=DIR puts all of it below DIR; otherwise the XDG folders are
 * used. Keys and certificates: data; drafts and what was listed last: state. Made with mode 0700.
 */
struct home {
	char data[1024];  /* ca.crt device.crt device.key server */
	char state[1024]; /* drafts/ current */
};
void home_find(struct home *);
bool home_joined(const struct home *);
/* A path below; out holds 1200 bytes. Returns out. */
char *home_data(const struct home *, const char *name, char out[1200]);
char *home_state(const struct home *, const char *name, char out[1200]);

/* What went wrong, in the reader's language: from the server, or from this side. */
struct fault {
	enum err code;
	char text[512], why[512], can[512], ref[32];
	struct buf detail; /* packed map from the server, or empty */
};
void fault_free(struct fault *);
/* A fault of this side; texts are msgids, translated here. can may hold one %s, filled with arg.
 * Returns code. */
enum err fault_set(struct fault *, enum err code, const char *text, const char *why,
		   const char *can, const char *arg);
/* Four lines on stderr: what / why / what can be done / reference. Returns the code, which is the
 * exit status. */
int fault_print(const struct fault *);

struct link;
/* Connects with the identity in home and says hello. ERR_IDENTITY: not joined, or not known any
 * more; ERR_UNREACHABLE. */
enum err link_open(const struct home *, const char *client, struct link **out, struct fault *);
void link_close(struct link *); /* takes NULL */
/* The answer to hello: {person, name, agency, functions, server, version, time, until}. */
const msgpack_object *link_me(const struct link *);
/* To wait on beside other things; when it is readable, ask link_next with 0 until there is none. */
int link_fd(const struct link *);
/* Sends a request and waits for its answer. params: a packed map, or empty. The tree is the
 * caller's: tree_free. */
enum err link_call(struct link *, const char *method, struct slice params, struct tree *out,
		   struct fault *);
/* Waits at most ms (-1: for ever) for the next notification. ERR_OK with name "" when the time
 * passed; ERR_UNREACHABLE when the link is gone. name points into out. "ping" is answered with
 * silence and never returned. */
enum err link_next(struct link *, int ms, struct slice *name, struct tree *out, struct fault *);

/* Makes a key, shows the code, keeps what comes back in home. server is "host:port", code as people
 * type it. */
enum err link_join(const struct home *, const char *server, const char *code, const char *label,
		   struct tree *out, struct fault *);
/* Replaces the key when less than a third of its life is left, or at once when now is true. */
enum err link_renew(const struct home *, struct link *, bool now, struct fault *);
/* 16 random bytes: a request id. */
void request_draw(uint8_t out[16]);
