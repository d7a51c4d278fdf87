#include "archive.h"

#include <openssl/cms.h>
#include <openssl/err.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH = 1400 };

/* -- files ------------------------------------------------------------------------------------- */

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static bool write_all(int fd, struct slice bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes = (struct slice){bytes.p + n, bytes.n - (size_t)n};
	}
	return fsync(fd) == 0;
}

static bool sync_folder_of(const char *path)
{
	char folder[PATH];
	char *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash)
		*slash = 0;
	CLEANUP(fd_close)
	int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 && fsync(fd) == 0;
}

enum err file_put(const char *path, struct slice bytes)
{
	char temp[PATH];

	snprintf(temp, sizeof(temp), "%.1390s.new", path);
	unlink(temp);
	CLEANUP(fd_close) int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0 && write_all(fd, bytes) && rename(temp, path) == 0 && sync_folder_of(path))
		return ERR_OK;
	if (fd >= 0) {
		int why = errno;

		unlink(temp);
		errno = why;
	}
	return ERR_INTERNAL;
}

enum err file_get(const char *path, struct buf *out)
{
	CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	static uint8_t block[65536];
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? ERR_NOTFOUND : ERR_INTERNAL;
	while ((n = read(fd, block, sizeof(block))) > 0)
		buf_add(out, block, (size_t)n);
	OPENSSL_cleanse(block, sizeof(block));
	return n == 0 ? ERR_OK : ERR_INTERNAL;
}

/* -- CMS --------------------------------------------------------------------------------------- */

static void bio_free(BIO **b)
{
	BIO_free_all(*b);
}

static void cms_free(CMS_ContentInfo **c)
{
	CMS_ContentInfo_free(*c);
}

static void sum_of(struct slice bytes, uint8_t sum[ARCHIVE_SUM])
{
	if (EVP_Digest(bytes.p, bytes.n, sum, NULL, EVP_sha256(), NULL) != 1)
		abort();
}

static struct slice bio_bytes(BIO *b)
{
	char *p = NULL;
	long n = BIO_get_mem_data(b, &p);

	return (struct slice){(const uint8_t *)p, n > 0 ? (size_t)n : 0};
}

enum err archive_put(const char *path, X509 *to, struct slice bytes, uint8_t sum[ARCHIVE_SUM])
{
	const unsigned flags = CMS_BINARY | CMS_STREAM;
	CLEANUP(bio_free) BIO *in = BIO_new_mem_buf(bytes.p, bytes.n > INT_MAX ? 0 : (int)bytes.n);
	CLEANUP(bio_free) BIO *out = BIO_new(BIO_s_mem());
	STACK_OF(X509) *people = sk_X509_new_null();
	CLEANUP(cms_free) CMS_ContentInfo *cms = NULL;
	bool ok;

	if (bytes.n > INT_MAX)
		return ERR_FULL;
	if (!in || !out || !people || !sk_X509_push(people, to))
		abort();
	cms = CMS_encrypt(people, NULL, EVP_aes_256_gcm(), flags);
	sk_X509_free(people);
	ok = cms && i2d_CMS_bio_stream(out, cms, in, (int)flags) == 1;
	ERR_clear_error();
	errno = 0;
	if (!ok)
		return ERR_INTERNAL;
	sum_of(bio_bytes(out), sum);
	return file_put(path, bio_bytes(out));
}

enum err archive_get(const char *path, EVP_PKEY *key, struct buf *out)
{
	CLEANUP(bio_free) BIO *in = BIO_new_file(path, "rb");
	CLEANUP(bio_free) BIO *plain = BIO_new(BIO_s_secmem());
	CLEANUP(cms_free) CMS_ContentInfo *cms = in ? d2i_CMS_bio(in, NULL) : NULL;
	bool ok = cms && plain && CMS_decrypt(cms, key, NULL, NULL, plain, CMS_BINARY) == 1;

	ERR_clear_error();
	if (ok)
		buf_slice(out, bio_bytes(plain));
	if (ok)
		return ERR_OK;
	return in ? ERR_IDENTITY : ERR_NOTFOUND;
}

enum err archive_sum(const char *path, uint8_t sum[ARCHIVE_SUM])
{
	CLEANUP(buf_free) struct buf bytes = {0};

	TRY(file_get(path, &bytes));
	sum_of(buf_view(&bytes), sum);
	return ERR_OK;
}

/* -- bundles ----------------------------------------------------------------------------------- */

enum { BLOCK = 512, NAME = 100, SIZE_AT = 124, SUM_AT = 148, TYPE_AT = 156, MAGIC_AT = 257 };

static unsigned header_sum(const uint8_t h[BLOCK])
{
	unsigned n = 0;

	for (int i = 0; i < BLOCK; i++)
		n += i >= SUM_AT && i < SUM_AT + 8 ? ' ' : h[i];
	return n;
}

static void pad(struct buf *b)
{
	static const uint8_t zero[BLOCK];

	if (b->n % BLOCK)
		buf_add(b, zero, BLOCK - b->n % BLOCK);
}

void bundle_add(struct buf *b, const char *name, struct slice bytes)
{
	uint8_t h[BLOCK] = {0};

	snprintf((char *)h, NAME, "%s", name);
	memcpy(h + 100, "0000600\0000000000\0000000000\000", 24); /* mode, owner, group */
	snprintf((char *)h + SIZE_AT, 12, "%011zo", bytes.n);
	memcpy(h + 136, "00000000000", 12);
	h[TYPE_AT] = '0';
	memcpy(h + MAGIC_AT, "ustar\00000", 8);
	snprintf((char *)h + SUM_AT, 8, "%06o", header_sum(h));
	h[SUM_AT + 7] = ' ';
	buf_add(b, h, sizeof(h));
	buf_slice(b, bytes);
	pad(b);
}

void bundle_end(struct buf *b)
{
	static const uint8_t zero[BLOCK];

	buf_add(b, zero, sizeof(zero));
	buf_add(b, zero, sizeof(zero));
}

bool bundle_next(struct slice *rest, char name[101], struct slice *bytes)
{
	char size[13] = "", sum[9] = "";
	size_t n, whole;

	if (rest->n < BLOCK || !rest->p[0] || memcmp(rest->p + MAGIC_AT, "ustar", 5) != 0)
		return false;
	memcpy(name, rest->p, NAME);
	name[NAME] = 0;
	memcpy(size, rest->p + SIZE_AT, 12);
	memcpy(sum, rest->p + SUM_AT, 8);
	n = strtoul(size, NULL, 8);
	whole = (n + BLOCK - 1) / BLOCK * BLOCK;
	if (strtoul(sum, NULL, 8) != header_sum(rest->p) || whole > rest->n - BLOCK)
		return false;
	*bytes = (struct slice){rest->p + BLOCK, n};
	*rest = (struct slice){rest->p + BLOCK + whole, rest->n - BLOCK - whole};
	return true;
}
