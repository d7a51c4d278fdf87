#pragma once
/*
 * The vocabulary: what can be said. One set of tables in C data (kinds.c, methods.def) is the
 * source of validation, wire, arguments, help, completion, man pages and the protocol page. Nothing
 * here knows how a thing is done; it knows what it is called, how long it may be, at which level of
 * sight it shows, and who may set it.
 *
 * Names of kinds, fields, states, roles and leefgebieden are the practice's own (Dutch); names of
 * methods and parameters are English (docs/glossary.md). All help is an English msgid.
 */
#include "bytes.h"
#include "err.h"
#include "pack.h"

/* Levels of sight, a chain: each shows all that the one below shows, and more. */
enum level { LEVEL_GEEN, LEVEL_BESTAAN, LEVEL_SIGNAAL, LEVEL_KERN, LEVEL_INHOUD, LEVELS = 4 };
const char *level_name(enum level); /* "geen", "bestaan", ... Static. */
int level_parse(struct slice name); /* 0..4, by name or digit; -1 when it is neither */

enum type {
	T_LINE = 1, /* one line of text: no control characters */
	T_TEXT,     /* text with newlines and tabs */
	T_INT,      /* lo..hi */
	T_BOOL,
	T_DATE,  /* a term: "2026-12-01", a day in Europe/Amsterdam */
	T_TIME,  /* an instant: "2026-11-24T13:00:00Z" or a date */
	T_WORD,  /* one of words */
	T_WORDS, /* several of words, none twice */
	T_NAME,  /* a short identifier: [a-z0-9][a-z0-9.-]*, of rules, purposes, agencies ... */
	T_NAMES,
	T_PERSON, /* "zoe@schuldhulp" */
	T_PERSONS,
	T_ITEM, /* an item's code or a prefix of it that is unique for the asker: "7QK2" */
	T_ITEMS,
	T_CASE,    /* "J-0417" */
	T_BIN,     /* bytes */
	T_FIELDS,  /* a map with the fields of the kind named by the parameter "kind", or of the
		      item's */
	T_RECORDS, /* an array of maps, each with the fields in sub */
};

/* Who may set a field or make a move (bits). */
enum who {
	WHO_OWNER = 1,    /* people of the owner agency who are in the case; its author */
	WHO_EXECUTOR = 2, /* the person who does it */
	WHO_LEAD = 4,     /* the casusregisseur */
	WHO_PERSON = 8,   /* the person himself, or his supporter within the mandate */
	WHO_PROCESS = 16, /* the procesregisseur */
	WHO_CLOCK = 32,   /* the server, when time passes */
	WHO_SEAT = 64,    /* who sits at the table it lies on */
};

enum {
	F_REQUIRED = 1,
	F_PRIVATE = 2, /* text of a person: never in argv, log or history */
	/* what the record beside the text knows of it, at most one field of a kind each: */
	F_DOER = 4,   /* T_PERSON: who does it, rec_item.executor */
	F_ASKED = 8,  /* T_PERSONS: of whom an answer is asked, rec_item.asked */
	F_TERM = 16,  /* T_DATE, T_TIME: when the clock looks at it, rec_item.due */
	F_NAMED = 32, /* T_PERSONS: who is named in it, rec_item.named */
};

/* A field of a kind, or a parameter of a method. */
struct field {
	const char *name;
	enum type type;
	uint32_t max;   /* bytes of a text or bin, elements of a list; 0: the type's own */
	int64_t lo, hi; /* T_INT */
	const char *const *words; /* T_WORD, T_WORDS: NULL-ended */
	enum level level;         /* fields of kinds: where it shows */
	unsigned who;             /* fields of kinds: who may change it afterwards (enum who) */
	unsigned flags;
	const char *help;
	const struct field *sub; /* T_RECORDS */
};

struct state {
	const char *name; /* "loopt" */
	bool final;
	const char *help;
};
struct move {
	const char *from, *to;
	const char *verb;  /* "done": the command and the wire word */
	const char *alias; /* the Dutch command: "klaar" */
	unsigned who;
	bool why; /* a reason is asked */
};

struct kind {
	const char *name;           /* "actie" */
	const char *gloss;          /* "action" */
	const char *category;       /* unless the author says otherwise: "plan" */
	const struct field *fields; /* name == NULL ends */
	const struct state *states; /* the first is where it begins */
	const struct move *moves;   /* verb == NULL ends */
	bool anchored; /* is about another item (bericht): its sight follows that item */
	unsigned who;  /* who may add one */
	const char *help;
};

enum right {
	RIGHT_JOIN = 1,    /* only on the join protocol: nobody yet */
	RIGHT_PERSON,      /* any person with an active device */
	RIGHT_INVITED,     /* taking part in the case or invited to it */
	RIGHT_MEMBER,      /* taking part in the case now */
	RIGHT_LEAD,        /* its casusregisseur or procesregisseur */
	RIGHT_AGENCY,      /* agency admin, for his own agency; partnership admin for all */
	RIGHT_PARTNERSHIP, /* partnership admin */
	RIGHT_LOG, /* privacy officer (all), agency admin (his own people), the person (himself) */
	RIGHT_PERSONS,  /* the person himself, or his supporter, in his own case */
	RIGHT_PRIVACY,  /* privacy officer */
	RIGHT_REQUESTS, /* taking part in the case; when it is closed, a privacy officer too */
	RIGHT_OPERATOR, /* runs the server: no case, no log */
};

struct method {
	const char *name; /* "item.add" */
	enum right right;
	const char *case_param; /* the parameter that names the case, or NULL */
	bool write; /* takes "request", 16 bytes chosen by the client: a retry repeats the answer */
	const struct field *params;
	const char *help;
	const char *answer; /* what comes back, for the protocol page */
};

struct vocab {
	const struct kind *kinds; /* name == NULL ends */
	const struct method *methods;
};
extern const struct vocab brug_vocab;

/* Whether items of this kind lie in a room of this sort: empty, a case; or a table (rooms.c). */
bool vocab_lies(struct slice kind, struct slice sort);
/* Whether data of this category may lie on a table: none that is about a person may. */
bool vocab_lies_category(struct slice category);
/* A role at a table, or one in a case. */
bool vocab_role_at_table(struct slice role);
const struct kind *vocab_kind(const struct vocab *, struct slice name);
const struct method *vocab_method(const struct vocab *, struct slice name);
const struct field *field_find(const struct field *, struct slice name);
const struct state *kind_state(const struct kind *, struct slice name);
/* In a state of its kind that is not final: something still comes of it. */
bool vocab_runs(const struct vocab *, struct slice kind, struct slice state);
/* The move that verb (or its alias) makes from state, or NULL. */
const struct move *kind_move(const struct kind *, struct slice state, struct slice verb);

extern const char *const vocab_areas[]; /* leefgebieden */
extern const char
	*const vocab_domains[]; /* sociaal, zorg, veiligheid, onderwijs, wonen, client, verband */
extern const char *const vocab_categories[]; /* plan, proces, planzorg, gezondheid, ... */
extern const char *const vocab_roles[];      /* roles in a case */
extern const char *const vocab_functions[];  /* functions in the partnership: agency-admin, ... */
extern const char *const vocab_phases[];
extern const char *const vocab_strategies[];
extern const char *const vocab_emergencies[]; /* reason codes of emergency access */
bool word_in(const char *const *words, struct slice word);

/*
 * What was wrong with a value, and where. text and can are English msgids with at most one %s in
 * each, filled with arg; where is "fields.termijn" or the like.
 */
struct complaint {
	char where[96];
	const char *text, *can;
	char arg[160];
};

/* Checks a map against the fields: unknown keys, missing ones, types and bounds. T_FIELDS values
 * are only checked for being a map (vocab_check_kind does the rest). partial: nothing is required.
 * ERR_USAGE fills out. */
enum err vocab_check(const struct field *fields, const msgpack_object *map, bool partial,
		     struct complaint *out);
enum err vocab_check_value(const struct field *, const msgpack_object *value,
			   struct complaint *out);
/* Checks the parameters of a method, "request" included. */
enum err vocab_check_params(const struct method *, const msgpack_object *map,
			    struct complaint *out);

/* The word of the vocabulary nearest to word, within two typing errors, or NULL: "did you mean". */
const char *vocab_nearest(const char *const *words, struct slice word);
