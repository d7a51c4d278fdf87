#pragma once
/*
 * Archives: files of a backup, each sealed for who holds the backup key. CMS AuthEnvelopedData (RFC
 * 5083) in DER: AES-256-GCM under a key of its own, agreed with the backup key's certificate (ECDH
 * on P-256). So making a backup needs no secret, and one is opened without this program too:
 *
 *   openssl cms -decrypt -binary -inform DER -inkey backup.key -in FILE
 *
 * Made beside and put in place whole, on the disk, for the owner alone.
 */
#include "bytes.h"
#include "err.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

enum { ARCHIVE_SUM = 32 };

/* ERR_INTERNAL: errno says why. */
enum err archive_put(const char *path, X509 *to, struct slice bytes, uint8_t sum[ARCHIVE_SUM]);
/* ERR_IDENTITY: not sealed for this key, or damaged; ERR_NOTFOUND: no file. */
enum err archive_get(const char *path, EVP_PKEY *key, struct buf *out);
/* SHA-256 of the file as it lies there. */
enum err archive_sum(const char *path, uint8_t sum[ARCHIVE_SUM]);
/* A file as it is; beside first, then in place, synced with its folder. */
enum err file_put(const char *path, struct slice bytes);
/* All of a file; ERR_NOTFOUND, or ERR_INTERNAL. */
enum err file_get(const char *path, struct buf *out);
/* Several files in one archive, as tar has them (ustar): by hand tar x will do. */
void bundle_add(struct buf *, const char *name, struct slice bytes);
void bundle_end(struct buf *);
/* The next file; false: none is left, or what is left is no bundle. name is at least 101 bytes. */
bool bundle_next(struct slice *rest, char name[101], struct slice *bytes);
