#pragma once
/*
 * Serving a request: one row in proto/methods.def, one function serve_<symbol> here. A handler
 * reads its checked parameters, asks policy what it may show or write, packs the answer and, when
 * it writes, fills rq->change. It frees nothing: what lives one request lives in rq->arena.
 */
#include "change.h"
#include "policy.h"
#include "vocab.h"

struct nameless;
struct readings;
struct slim;
/* What the server is, for the handlers. Owned by session's hub. */
struct house {
	struct store *store;
	struct policy *policy;
	struct keyring *keyring;
	const char *server, *version; /* "127.0.0.1:7450", "0.1.0" */
	int64_t started_ms;
	/* Signs a certificate request for a person's device. der, serial and spki are of the arena.
	 * ERR_USAGE: a bad request. */
	enum err (*sign)(void *ctx, struct slice csr, uint64_t person, struct slice agency,
			 int64_t now, struct arena *, struct slice *certificate, struct slice *spki,
			 struct slice *serial, int64_t *until);
	void *sign_ctx;
	uint8_t fingerprint[32]; /* SHA-256 of the CA's certificate, as who joins sees it */
	/* The authorities devices are to trust: one, or two while one takes over from the other. */
	const struct authority {
		uint8_t fingerprint[32];
		struct slice der;
	} * authorities;
	size_t authorities_n;
	int64_t certificate_until;
	/* For server.status: sessions and watchers now, and the journal's state. */
	void (*status)(void *ctx, struct buf *pairs, unsigned *pairs_n);
	void *status_ctx;        /* of checkpoint too */
	const struct slim *slim; /* the pairing in force; NULL: as it was built */
	/* The signers' public key and a signed checkpoint, to be kept elsewhere. False: unsigned.
	 */
	bool (*checkpoint)(void *ctx, uint8_t key[32], uint8_t out[152]);
};

struct request {
	struct house *house;
	const struct method *method;
	const struct viewer *who;
	const msgpack_object *params;
	uint64_t case_id;               /* 0: the method names none */
	const struct sight_case *sight; /* of that case */
	int64_t now;
	struct slice ref; /* finds this request in the log */
	struct arena *arena;
	struct buf *out;         /* the answer: one MessagePack value */
	const struct pass *pass; /* writes */
	struct change change;    /* writes: what the decision amounts to */
	struct slice where;      /* ERR_USAGE: which parameter, "fields.termijn" */
	struct refusal refusal;  /* filled on ERR_REFUSED, ERR_USAGE, ERR_CONFLICT ... */
	struct buf detail; /* with an error: one packed map for the wire's "detail", or empty */
	/* what was shown; session writes it to the journal before the answer leaves */
	struct seen_item *seen;
	size_t seen_n, seen_cap;
	bool log_itself;  /* a disclosure without items: reading the log is logged */
	struct slice did; /* a change of no item: what it was, for the log: "regel p1" */
	uint64_t unwatch; /* case.unwatch, case.watch: session does the rest */
	struct slice watch_since;
	bool watch;
	uint64_t watch_board;   /* board.watch: the point; who is the board then */
	struct slices purposes; /* hello: the session's purposes from now on */
	const char *lang;       /* hello: "nl" or "en" */
	bool hello;
	struct nameless *nameless; /* of nameless.c, likewise */
	struct readings *readings; /* of readings.c: gone through once */
	unsigned cost;             /* requests it counts for, beyond one: guessing is made slow */
};

#define PARAMS(...) /* the header only needs the symbols */
#define PARAMS_NONE
#define METHOD(symbol, ...) enum err serve_##symbol(struct request *);
#include "methods.def"
#undef METHOD
#undef PARAMS
#undef PARAMS_NONE

/* The function for a method of brug_vocab; never NULL (a missing one does not link). */
typedef enum err (*serve_fn)(struct request *);
serve_fn serve_route(const struct method *);

/* The answer is a map of one list: key, and n values that were packed into list. */
enum err answer_list(struct request *, const char *key, size_t n, const struct buf *list);

/* The case's title and what was said at its beginning are shown: a disclosure without items. */
struct slice serve_title(struct request *);
/* Disclosure without the text: that it is there, and why he sees it or not. */
void serve_note(struct request *, const struct rec_item *, const struct sight *);
/* Disclosure: packs ITEM for the viewer and notes it as seen. False: at level 0, and nothing was
 * packed. */
bool serve_show(struct request *, const struct rec_item *, struct buf *out);
/* The same, cut lower still: never more than the viewer sees himself. */
bool serve_show_at_most(struct request *, const struct rec_item *, enum level most,
			struct buf *out);
