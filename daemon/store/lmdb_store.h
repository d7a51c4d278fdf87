#pragma once
/* Inside the store: what store.c and apply.c share. Nobody else sees LMDB's state. */
#include "store.h"

#include <lmdb.h>

struct store {
	MDB_env *env;
	MDB_txn *txn; /* the working state */
	MDB_dbi dbi[TABLES];
	uint64_t position, seen;
	uint8_t digest[32];
	unsigned applied, commit_every; /* changes since the last commit */
	bool read_only;
};

int store_put_raw(struct store *, enum table, struct slice key, struct slice value);
int store_del_raw(struct store *, enum table, struct slice key);
/* Logs what failed and with which of LMDB's codes. */
enum err store_failed(const char *what, int rc);
