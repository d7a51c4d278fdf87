#pragma once
/*
 * The doctor: looks at a server's files and machine and says what is well and what is not. It
 * changes nothing, opens no text, and needs no server that runs.
 */
#include "bytes.h"
#include "err.h"

enum grade { GRADE_OK, GRADE_NOTE, GRADE_BAD };

/* check, text and can are English msgids; text and can have at most one %s, filled with arg. */
struct finding {
	enum grade grade;
	const char *check, *text, *can;
	char arg[512];
};
enum { FINDINGS = 32 };
struct findings {
	struct finding v[FINDINGS];
	size_t n;
};
/* Adds one and returns it, so that arg can be filled in. can is NULL when nothing has to be done.
 */
struct finding *finding_add(struct findings *, enum grade, const char *check, const char *text,
			    const char *can);

/* Each looks at one thing. dir is the server's state folder; now is UTC in ms. */
void doctor_files(struct findings *, const char *dir);
void doctor_disk(struct findings *, const char *dir);
void doctor_certificates(struct findings *, const char *dir, int64_t now_ms);
void doctor_clock(struct findings *, const char *dir, int64_t now_ms);
void doctor_journal(struct findings *, const char *dir);
/* A folder with copies of keys.mdb: none is kept longer than 30 days. */
void doctor_key_copies(struct findings *, const char *dir, int64_t now_ms);
/* What a running server says of itself on its metrics socket: backup, disk, errors. Silent when
 * nobody answers there: the port says that. */
void doctor_metrics(struct findings *, const char *socket);
enum grade doctor_worst(const struct findings *);
