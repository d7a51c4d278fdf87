#pragma once
/*
 * A disk as it may be found after a power cut: what the shim recorded, of which all that was synced
 * is there, and of the rest whatever the disk happened to have written, in pieces of 512 bytes.
 */
#include "bytes.h"

#include "shim.h"

enum { SECTOR = 512 };
struct step { /* one thing that was done to the folder */
	struct op_head head;
	const char *name;
	const uint8_t *data;
	uint64_t from;  /* where it stands in the record */
	size_t kept_by; /* the step that made it durable; SIZE_MAX: none did */
};
struct record {
	uint8_t *bytes;
	size_t n;
	struct step *steps;
	size_t steps_n;
};
/* syncs: false plays a program without any. */
void record_read(const char *path, bool syncs, struct record *);
void record_free(struct record *);

/* What of the steps that nothing had made durable is there. */
enum lost { LOST_NOTHING, LOST_ALL, LOST_SOME, LOST_TORN };
/* Lays the folder as it was before (base), and then the first n steps as they may have survived, in
 * dir, which is made. */
void disk_lay(const struct record *, const char *base, const char *dir, size_t n, enum lost,
	      uint64_t seed);
/* Removes a folder and what is in it. */
void disk_clear(const char *dir);
