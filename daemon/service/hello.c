/* The session: who am I, joining with a code, renewing a key. */
#include "args.h"
#include "keys.h"
#include "members.h"
#include "notice.h"
#include "people.h"

#include <openssl/evp.h>

enum { RENEW_GRACE_MS = 24 * 60 * 60 * 1000 };

static void pack_me(struct request *rq, const struct rec_person *p)
{
	struct slice handle, name;

	policy_names(rq->house->policy, p->id, rq->arena, &handle, &name);
	pack_kv_str(rq->out, "person", handle);
	pack_kv_str(rq->out, "name", name);
	pack_kv_str(rq->out, "agency", p->agency);
	pack_kv_strs(rq->out, "functions", p->functions);
}

/* By their hashes: who holds others asks for them. */
static void pack_authorities(struct request *rq)
{
	const struct house *h = rq->house;

	pack_key(rq->out, "authorities");
	pack_array(rq->out, h->authorities_n);
	for (size_t i = 0; i < h->authorities_n; i++)
		pack_bin(rq->out, (struct slice){h->authorities[i].fingerprint,
						 sizeof(h->authorities[i].fingerprint)});
}

enum err serve_authorities(struct request *rq)
{
	const struct house *h = rq->house;

	pack_map(rq->out, 1);
	pack_key(rq->out, "authorities");
	pack_array(rq->out, h->authorities_n);
	for (size_t i = 0; i < h->authorities_n; i++)
		pack_bin(rq->out, h->authorities[i].der);
	return ERR_OK;
}

enum err serve_hello(struct request *rq)
{
	struct rec_device d;
	struct rec_person me;

	TRY(person_rec(rq, rq->who->person, &me));
	TRY(get_record(rq, TAB_DEVICE, rq->who->device, REC_device, &d));
	rq->hello = true;
	rq->purposes = arg_strs(rq, "purposes");
	rq->lang = slice_is(arg_str(rq, "lang"), "en") ? "en" : "nl";
	pack_map(rq->out, 9);
	pack_me(rq, &me);
	pack_authorities(rq);
	pack_kv_text(rq->out, "server", rq->house->server);
	pack_kv_text(rq->out, "version", rq->house->version);
	pack_kv_int(rq->out, "time", rq->now);
	pack_kv_int(rq->out, "until", d.until);
	return ERR_OK;
}

enum err serve_ping(struct request *rq)
{
	pack_map(rq->out, 2);
	pack_kv_int(rq->out, "n", arg_int(rq, "n", 0));
	pack_kv_int(rq->out, "time", rq->now);
	return ERR_OK;
}

/* -- devices ----------------------------------------------------------------------------------- */

static void name_device(struct request *rq, struct rec_device *d)
{
	d->name = arena_fmt(rq->arena, "%02x%02x%02x%02x", d->spki.p[0], d->spki.p[1], d->spki.p[2],
			    d->spki.p[3]);
}

static void put_device(struct request *rq, const struct rec_device *d)
{
	struct key of = key_bytes(d->person, d->spki);

	put_record(rq, TAB_DEVICE, d->spki, REC_device, d);
	change_put(&rq->change, rq->pass, TAB_DEVICE_OF, key_view(&of), SLICE(""));
}

static enum err sign(struct request *rq, const struct rec_person *p, struct rec_device *d,
		     struct slice *certificate)
{
	enum err err =
		rq->house->sign(rq->house->sign_ctx, arg_str(rq, "csr"), p->id, p->agency, rq->now,
				rq->arena, certificate, &d->spki, &d->serial, &d->until);

	if (err == ERR_USAGE)
		return refuse(rq, ERR_USAGE, N_("That is not a sound certificate request."), NULL,
			      N_("Send PKCS#10 in DER for a P-256 key, signed with that key."));
	TRY(err);
	if (store_has(rq->house->store, TAB_DEVICE, d->spki))
		return refuse(rq, ERR_CONFLICT, N_("This key is known already."), NULL,
			      N_("Make a new key."));
	name_device(rq, d);
	return ERR_OK;
}

static enum err code_given(struct request *rq, struct rec_code *c)
{
	struct slice secret = arg_str(rq, "code");
	uint8_t hash[32];

	if (EVP_Digest(secret.p, secret.n, hash, NULL, EVP_sha256(), NULL) != 1)
		return ERR_INTERNAL;
	if (get_record(rq, TAB_CODE, (struct slice){hash, sizeof(hash)}, REC_code, c) != ERR_OK)
		return refuse(rq, ERR_IDENTITY, N_("This join code is not known here."), NULL,
			      N_("Check the code, or ask who gave it to you for a new one."));
	if (c->used)
		return refuse(rq, ERR_IDENTITY, N_("This join code has been used already."),
			      N_("A code works once."),
			      N_("Ask who gave it to you for a new one. Was it not you who used "
				 "it? Tell him."));
	if (c->until <= rq->now)
		return refuse(rq, ERR_IDENTITY, N_("This join code has expired."),
			      N_("A code is good for 24 hours."),
			      N_("Ask who gave it to you for a new one."));
	return ERR_OK;
}

enum err serve_join(struct request *rq)
{
	struct rec_device d = {.label = arg_str(rq, "label"), .since = rq->now};
	struct slice certificate;
	struct rec_person p;
	struct rec_code c;

	TRY(code_given(rq, &c));
	TRY(person_rec(rq, c.person, &p));
	if (p.stopped)
		return refuse(rq, ERR_IDENTITY, N_("You have been stopped."), NULL,
			      N_("Ask your agency's admin."));
	d.person = p.id;
	if (people_joined(rq, p.id)) { /* then who made the code could be him from now on */
		d.let_in_by = c.behind ? c.behind : c.by;
		notice_person(rq, p.id, "device", 0, d.label, 0);
	}
	TRY(sign(rq, &p, &d, &certificate));
	c.used = rq->now;
	c.device = d.name;
	rq->change.author = p.id;
	put_device(rq, &d);
	put_record(rq, TAB_CODE, c.hash, REC_code, &c);
	pack_map(rq->out, 6);
	pack_kv_bin(rq->out, "certificate", certificate);
	pack_me(rq, &p);
	pack_kv_int(rq->out, "until", d.until);
	return ERR_OK;
}

/* The old key stays good for a day, so that a lost answer locks nobody out. */
enum err serve_renew(struct request *rq)
{
	struct rec_device old, d;
	struct slice certificate;
	struct rec_person p;

	TRY(person_rec(rq, rq->who->person, &p));
	TRY(get_record(rq, TAB_DEVICE, rq->who->device, REC_device, &old));
	d = (struct rec_device){
		.person = p.id, .label = old.label, .since = rq->now, .let_in_by = old.let_in_by};
	TRY(sign(rq, &p, &d, &certificate));
	if (old.until > rq->now + RENEW_GRACE_MS)
		old.until = rq->now + RENEW_GRACE_MS;
	put_device(rq, &old);
	put_device(rq, &d);
	pack_map(rq->out, 2);
	pack_kv_bin(rq->out, "certificate", certificate);
	pack_kv_int(rq->out, "until", d.until);
	return ERR_OK;
}
