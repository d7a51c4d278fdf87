/* People's names and handles: sealed under the directory's key, and found by a blinded handle. */
#include "sight_case.h"

#include "keys.h"
#include "pack.h"

#include <assert.h>

enum { DIRECTORY = 0, NAMES = 1 /* the seal is bound to (DIRECTORY, person, NAMES) */ };

uint64_t policy_person(struct policy *p, struct slice handle)
{
	uint8_t blind[32];
	struct slice person;

	if (keyring_blind(p->keyring, handle, blind) != ERR_OK ||
	    store_get(p->store, TAB_HANDLE, (struct slice){blind, sizeof(blind)}, &person) !=
		    ERR_OK ||
	    person.n != 8)
		return 0;
	return get_be64(person.p);
}

static enum err open_names(struct policy *p, uint64_t person, struct buf *out)
{
	CLEANUP(arena_free) struct arena a = {0};
	struct key k = key_u64(person);
	struct rec_person rec;
	struct slice val;

	TRY(store_get(p->store, TAB_PERSON, key_view(&k), &val));
	TRY(rec_read(REC_person, val, &a, &rec));
	return keyring_open_seal(p->keyring, DIRECTORY, person, NAMES, rec.sealed, out);
}

void policy_names(struct policy *p, uint64_t person, struct arena *arena, struct slice *handle,
		  struct slice *name)
{
	CLEANUP(buf_wipe) struct buf open = {0};
	CLEANUP(tree_free) struct tree tree = {0};

	*handle = *name = SLICE("?");
	if (open_names(p, person, &open) != ERR_OK || tree_read(&tree, buf_view(&open)) != ERR_OK)
		return;
	*handle = arena_copy(arena, obj_bytes(obj_at(tree_root(&tree), 0)));
	*name = arena_copy(arena, obj_bytes(obj_at(tree_root(&tree), 1)));
}

enum err policy_seal_names(struct policy *p, const struct pass *pass, uint64_t person,
			   struct slice handle, struct slice name, struct buf *sealed,
			   uint8_t blind[32])
{
	CLEANUP(buf_wipe) struct buf open = {0};

	assert(pass);
	pack_array(&open, 2);
	pack_str(&open, handle);
	pack_str(&open, name);
	TRY(keyring_blind(p->keyring, handle, blind));
	return keyring_seal(p->keyring, DIRECTORY, person, NAMES, buf_view(&open), sealed);
}
