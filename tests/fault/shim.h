#pragma once
/*
 * Faults: a shared page between a test and the brugd it started with the shim preloaded. The test
 * writes what is to go wrong, also while the server runs; the shim counts calls and does it. It can
 * also record all that is done to the state folder, so that a power cut at any moment can be
 * played. No part of the product: nothing loads it but a test that says so.
 */
#include <stdatomic.h>
#include <stdint.h>

/* The calls that are counted. Of files: those below the state folder alone. */
enum call {
	CALL_PWRITE,
	CALL_WRITE, /* write and writev */
	CALL_SYNC,  /* fdatasync and fsync */
	CALL_RENAME,
	CALL_UNLINK,
	CALL_FALLOCATE,
	CALL_OPEN, /* of any file */
	CALL_ACCEPT,
	CALL_RANDOM,
	CALL_MALLOC,
	CALLS,
	CALL_DISK /* whichever of those that change the disk comes next */
};
enum act { ACT_NONE, ACT_FAIL, ACT_KILL_BEFORE, ACT_KILL_AFTER, ACT_KILL_HALF, ACT_SHORT };

struct faults {
	char dir[256];        /* the state folder */
	char log[256];        /* where what is done to it is written, or "" */
	_Atomic int32_t act;  /* armed while not ACT_NONE; done once */
	_Atomic int32_t call; /* an enum call */
	_Atomic int32_t code; /* ACT_FAIL: errno */
	_Atomic int64_t left; /* how many such calls come before it */
	_Atomic int32_t fired;
	_Atomic int32_t stuck;  /* once fired, every such call fails */
	_Atomic int32_t limit;  /* the disk is as large as room says */
	_Atomic int64_t room;   /* bytes */
	_Atomic int32_t closed; /* the disk is read-only: 1 */
	_Atomic int64_t logged; /* bytes in the log */
};

/* The record: heads, each with name_n bytes of names and n bytes of data behind it (not for ALLOC).
 */
enum op {
	OP_NAME = 1, /* a file that was there before: its number from now on */
	OP_CREATE,
	OP_WRITE,
	OP_WRITE_SYNCED, /* through a descriptor with O_DSYNC */
	OP_TRUNCATE,     /* to n bytes */
	OP_ALLOC,        /* zeroes up to n bytes, when it is shorter */
	OP_SYNC,
	OP_SYNC_FOLDER,
	OP_RENAME, /* "from\0to" */
	OP_LINK,   /* "from\0to" */
	OP_UNLINK,
	OP_FOLDER /* made */
};
struct op_head {
	uint32_t op, file;
	uint64_t at, n;
	uint32_t name_n, zero;
};
