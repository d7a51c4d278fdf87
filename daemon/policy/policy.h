#pragma once
/*
 * Policy: sight and rights. The only room that opens sealed texts and gives leave to write. Default
 * is no.
 *
 * sight: how much a viewer sees of an item, with the reasons. may: whether he may do a thing, with
 * the reasons. who, why, watch, lists, counts and what-if run these same functions.
 */
#include "keyring.h"
#include "records.h"
#include "store.h"
#include "vocab.h"

/* Who asks. Made at connect and kept by the session; rights are looked up anew in the state each
 * time. */
struct viewer {
	uint64_t person;
	struct slice device;    /* SHA-256 of the device's public key */
	struct slices purposes; /* of the session; empty: all his own */
	/* A board on the wall: who is in the room. NULL: he himself, at his own screen. */
	const struct u64s *room;
};

struct policy; /* the store, the keyring, and what is kept warm between requests */
struct policy *policy_new(struct store *, struct keyring *);
void policy_free(struct policy *);

/*
 * Everything about a case that decides sight, read once and kept warm until the case's or the
 * house's sight moves. Owned by policy; valid until the next apply, or until many (64) other cases
 * have been asked: who walks cases holds one at a time. ERR_NOTFOUND: no such case.
 */
struct sight_case;
enum err policy_case(struct policy *, uint64_t case_id, const struct sight_case **out);
const struct rec_case *sight_case_rec(const struct sight_case *);
const struct rec_member *sight_member(const struct sight_case *,
				      uint64_t person); /* NULL: never took part */

/* Takes part now: agency and agreement in force, not barred. */
bool policy_takes_part(const struct sight_case *, uint64_t person, int64_t t);
/* Whether "to", as records hold it, is for this person of the case. */
bool policy_meant(const struct sight_case *, struct slice to, uint64_t person);

/* All who take or took part, by number. */
size_t sight_members(const struct sight_case *);
const struct rec_member *sight_member_at(const struct sight_case *, size_t i);

enum { SIGHT_STEPS = 8 };
struct sight {
	enum level level;
	char why[160]; /* for the log: rule ids and the step that decided, "regel H2; plafond
			* veiligheid"
			*/
	unsigned n;
	struct {
		const char *text; /* English msgid with at most one %s: a reason for people */
		char arg[304]; /* of a rule: its id and its owner's sentence, or as much as fits */
	} reason[SIGHT_STEPS];
	bool emergency;
};
/* Sight of one item at time t. The whole of model section 3c, in its order. Pure: reads only its
 * arguments. about: for a message (item->about != 0), the item it is about; NULL otherwise. */
void policy_sight(const struct sight_case *, const struct viewer *, const struct rec_item *item,
		  const struct rec_item *about, int64_t t, struct sight *out);
/*
 * What the board in a meeting shows of an item: the least of what all in the room see, who opened
 * it among them. Nothing when nobody is there, or when he is not. No messages, and nothing that one
 * of them sees by emergency access: that is one person's, for an hour. The log says that it
 * stood on the board, and not by whose rights: that would be another's reason.
 */
void policy_sight_board(const struct sight_case *, const struct viewer *, const struct rec_item *,
			int64_t t, struct sight *out);
/* The same as policy_sight or policy_sight_board, looking up the item a message is about. Only the
 * level, and why for the log. */
enum err policy_sight_of(struct policy *, const struct sight_case *, const struct viewer *,
			 const struct rec_item *, int64_t t, struct sight *out);
/* The first moment after t at which somebody's sight of this case changes by itself (a term begins
 * or ends), or 0. */
int64_t policy_next_turn(struct policy *, const struct sight_case *, int64_t t);

/* Whether he is the casusregisseur at t, or stands in for him; and who stands in now, or 0. */
bool policy_leads(const struct sight_case *, uint64_t person, int64_t t);
uint64_t policy_deputy(const struct sight_case *, int64_t t);
/* Whether this supporter may speak for the person in this category now. */
bool policy_mandated(const struct sight_case *, uint64_t supporter, struct slice category,
		     int64_t t);

/*
 * What if: the case as it would be, in memory of its own; the store is not touched, and the same
 * policy_sight is asked of it. Nothing of the overlay need outlive the call.
 */
struct overlay {
	struct slice drop_consent;          /* without this consent */
	struct slice drop_rule;             /* without this rule */
	const struct rec_rule *rule;        /* with this one, in place of any of the same name */
	const struct rec_agreement *agreed; /* under this version of the agreement */
	const struct rec_member *member;    /* with this part, in place of the person's own */
	const struct rec_block *block;      /* and with this bar */
	const struct rec_case *rec;         /* the case itself, in another phase */
};
enum err policy_imagine(struct policy *, uint64_t case_id, const struct overlay *,
			struct sight_case **out);
void policy_forget(struct sight_case *); /* takes NULL */

/* Leave to write. A pass is of the arena; change_put asks for one. */
struct pass;
struct refusal { /* why not; texts are English msgids with at most one %s, filled with arg */
	const char *text, *why, *can;
	char arg[160];
};
/* Asked by the dispatcher for every request, before the handler. case_id 0: no case. ERR_NOTFOUND
 * when the viewer may not know that the case exists, ERR_REFUSED when he may. t: now. */
enum err policy_may(struct policy *, const struct viewer *, enum right, uint64_t case_id, int64_t t,
		    struct refusal *);
/* Leave to write, for a request that policy_may passed. NULL when it would not pass, and when the
 * case is closed: a member's right then holds for reading only (until it is erased the person's own
 * for asking too, and a privacy officer's for answering), and policy_may has put into its refusal
 * what is to be said. */
const struct pass *policy_pass(struct policy *, const struct viewer *, enum right, uint64_t case_id,
			       int64_t t, struct arena *);
/* Leave for the server's own changes (the clock's, bootstrap). */
const struct pass *policy_pass_server(struct arena *);
/* Which of enum who the viewer is for this item, now: bits. 0: none, or he sees nothing of it. Of a
 * message only its author is the owner; whether he sees it is policy_sight_of's to say. */
unsigned policy_who(const struct sight_case *, const struct viewer *, const struct rec_item *,
		    int64_t t);

/*
 * Opening. A sealed item holds four maps, one per level, packed one behind the other; a viewer's
 * view is the first so many of them, copied and not encoded again.
 */
struct views {
	struct buf open;                /* the opened bytes: wiped by views_wipe */
	struct slice level[LEVELS + 1]; /* [1..4] */
};
/* ERR_NOTFOUND: erased. ERR_INTERNAL: the seal does not fit, or damage. On failure there is nothing
 * to wipe. */
enum err policy_open(struct policy *, uint64_t case_id, const struct rec_item *, struct views *out);
void views_wipe(struct views *);
/* Packs the MessagePack array [level 1 .. level n]. */
void views_cut(const struct views *, enum level, struct buf *out);
/* Seals four maps for (case, num, rev) with key of the case. */
enum err policy_seal(struct policy *, const struct pass *, uint64_t case_id, uint64_t num,
		     uint64_t rev, const struct slice level[LEVELS + 1], struct buf *out);
/* One sealed text that is not an item's (a name, a reason), bound to (scope, id, tag). */
enum err policy_seal_text(struct policy *, const struct pass *, uint64_t scope, uint64_t id,
			  uint64_t tag, struct slice text, struct buf *out);
enum err policy_open_text(struct policy *, uint64_t scope, uint64_t id, uint64_t tag,
			  struct slice seal, struct arena *, struct slice *out);
/* The person behind "zoe@schuldhulp", or 0. And back; the handle and name are of the arena, "?"
 * when erased. */
uint64_t policy_person(struct policy *, struct slice handle);
void policy_names(struct policy *, uint64_t person, struct arena *, struct slice *handle,
		  struct slice *name);
/* For user.add: the sealed pair and the blinded handle. */
enum err policy_seal_names(struct policy *, const struct pass *, uint64_t person,
			   struct slice handle, struct slice name, struct buf *sealed,
			   uint8_t blind[32]);
