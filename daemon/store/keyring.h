#pragma once
/*
 * Keyring and seal. Each case has its own AES-256 key, wrapped by the master key (a file, mode
 * 0600) and kept in an LMDB environment of its own (keys.mdb), never in the journal: destroying it
 * erases the case's texts everywhere at once. Key 0 is the directory's: names and handles of
 * people.
 *
 * A seal is AES-256-GCM with a random nonce: version(1) nonce(12) text tag(16), bound to (case,
 * num, rev) as associated data, so that no seal can stand in another's place.
 */
#include "bytes.h"
#include "err.h"

struct keyring;
/* Opens dir/keys.mdb with the 32-byte master key in the file; refuses a file others can read. */
enum err keyring_open(const char *dir, const char *master_file, struct keyring **out);
void keyring_close(struct keyring *); /* cleanses; takes NULL */
/* Makes and syncs a key for the case; ERR_CONFLICT when there is one. Before the first change that
 * uses it. */
enum err keyring_make(struct keyring *, uint64_t case_id);
bool keyring_has(struct keyring *, uint64_t case_id);
/* Destroys it: the erasure. */
enum err keyring_drop(struct keyring *, uint64_t case_id);
/* A file of keys, open for writing: written over before it goes, so that a disk that is read later
 * does not give it back, and closed. Takes -1. (What the disk itself keeps of overwritten blocks is
 * out of reach; full-disk encryption is for that.) */
void keyring_wipe(int fd);
enum err keyring_seal(struct keyring *, uint64_t case_id, uint64_t num, uint64_t rev,
		      struct slice text, struct buf *out);
/* ERR_NOTFOUND: the key is gone (erased). ERR_INTERNAL: the seal does not fit: damage or swapping.
 */
enum err keyring_open_seal(struct keyring *, uint64_t case_id, uint64_t num, uint64_t rev,
			   struct slice seal, struct buf *out);
/* HMAC-SHA256 under the directory's key: how handles are looked up without standing in the clear.
 */
enum err keyring_blind(struct keyring *, struct slice text, uint8_t out[32]);
/* AES-256-GCM under a key of the keyring's own for opaque tokens (cursors): not bound to a case. */
void keyring_token_seal(struct keyring *, struct slice plain, struct buf *out);
enum err keyring_token_open(struct keyring *, struct slice token, struct buf *out);
