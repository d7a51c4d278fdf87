#pragma once
/*
 * Founding: what a server needs before its first start, made once and locally. A CA and the
 * server's certificate, the master key, the key that signs checkpoints, and word of the first
 * admin, which brugd takes over when its journal is still empty.
 */
#include "bytes.h"
#include "err.h"

struct founding {
	const char *dir;    /* the server's state; made 0700 when it is not there */
	const char *server; /* host name or address: goes into the certificate */
	const char *agency, *agency_name;
	const char *handle; /* the first admin: "beheer@zvh" */
	const char *name;   /* his; no text here holds a newline */
};

/* Every file founding makes, below dir; the last is the first admin's, which brugd removes. NULL
 * ends. */
extern const char *const founding_files[];

/* Makes everything, or nothing: what it made is removed when a step fails. code is the admin's join
 * code. ERR_CONFLICT: there is a server in dir already; ERR_INTERNAL: where names the file, errno
 * says why. */
enum err found(const struct founding *, char code[40], char where[256]);

/* A new key and certificate for the server, from the CA in dir, under the name the old one has. The
 * running server takes it on SIGHUP. until: when the new one ends, ms. */
enum err found_renew(const char *dir, int64_t *until, char where[256]);

/*
 * Another authority takes over, in three steps, with a reload of the server behind each:
 *   begin:  it signs devices from now on, both are trusted, and devices learn of it as they
 * connect; the server still shows a certificate of the old one. switch: the server shows one of the
 * new: a device that did not connect in between joins again. end:    the old one is no longer
 * trusted, its key is destroyed; not before the devices it signed have renewed, 90 days after the
 * beginning. ERR_CONFLICT: not at this step. ERR_REFUSED: too early, *from_ms says from when.
 */
enum err found_authority(const char *dir, char where[256]);
enum err found_authority_switch(const char *dir, int64_t *until, char where[256]);
enum err found_authority_end(const char *dir, int64_t now_ms, int64_t *from_ms, char where[256]);
