/* Devices of people, and the codes that let one in. */
#include "people.h"

#include "args.h"
#include "keys.h"
#include "notice.h"

enum { CODE_MS = 24 * 60 * 60 * 1000 };

bool people_joined(struct request *rq, uint64_t person)
{
	struct key prefix = key_u64(person);
	struct walk w;
	bool found;

	store_walk(rq->house->store, TAB_DEVICE_OF, key_view(&prefix), &w);
	found = w.on;
	store_walk_end(&w);
	return found;
}

unsigned people_devices(struct request *rq, uint64_t person)
{
	struct key prefix = key_u64(person);
	struct walk w;
	unsigned n = 0;

	for (store_walk(rq->house->store, TAB_DEVICE_OF, key_view(&prefix), &w); w.on;
	     store_next(&w))
		n++;
	store_walk_end(&w);
	return n;
}

static void pack_device(const struct rec_device *d, struct buf *out)
{
	pack_map(out, 5);
	pack_kv_str(out, "device", d->name);
	pack_kv_str(out, "label", d->label);
	pack_kv_int(out, "since", d->since);
	pack_kv_int(out, "until", d->until);
	pack_kv_int(out, "stopped", d->stopped);
}

static enum err device_at(struct request *rq, const struct walk *w, struct rec_device *d)
{
	struct slice spki = {w->key.p + 8, w->key.n - 8};

	return get_record(rq, TAB_DEVICE, spki, REC_device, d);
}

enum err serve_device_list(struct request *rq)
{
	CLEANUP(buf_free) struct buf list = {0};
	struct rec_person p;
	struct key prefix;
	struct walk w;
	size_t n = 0;

	TRY(people_of_mine(rq, &p));
	prefix = key_u64(p.id);
	for (store_walk(rq->house->store, TAB_DEVICE_OF, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		struct rec_device d;

		if (device_at(rq, &w, &d) != ERR_OK)
			continue;
		pack_device(&d, &list);
		n++;
	}
	store_walk_end(&w);
	return answer_list(rq, "devices", n, &list);
}

static enum err device_named(struct request *rq, uint64_t person, struct slice name,
			     struct rec_device *d)
{
	struct key prefix = key_u64(person);
	bool found = false;
	struct walk w;

	for (store_walk(rq->house->store, TAB_DEVICE_OF, key_view(&prefix), &w); w.on && !found;
	     store_next(&w))
		found = device_at(rq, &w, d) == ERR_OK && slice_eq(d->name, name);
	store_walk_end(&w);
	if (found)
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE, N_("He has no device %s."),
			  N_("See: brug-admin device list"), name);
}

enum err serve_device_stop(struct request *rq)
{
	struct rec_person p;
	struct rec_device d;

	TRY(people_of_mine(rq, &p));
	TRY(device_named(rq, p.id, arg_str(rq, "device"), &d));
	d.stopped = rq->now;
	put_record(rq, TAB_DEVICE, d.spki, REC_device, &d);
	rq->change.cut_device = d.spki;
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "device", d.name);
	pack_kv_int(rq->out, "stopped", d.stopped);
	return ERR_OK;
}

enum err serve_code_make(struct request *rq)
{
	struct rec_code c = {
		.hash = arg_str(rq, "hash"), .until = rq->now + CODE_MS, .by = rq->who->person};
	struct rec_device mine;
	struct rec_person p;

	TRY(people_of_mine(rq, &p));
	if (c.hash.n != 32)
		return refuse(rq, ERR_USAGE, N_("The hash of a join code is 32 bytes."), NULL,
			      N_("Use brug-admin code."));
	if (p.stopped)
		return refuse_arg(rq, ERR_REFUSED, N_("%s has been stopped."),
				  N_("Let him in again first: brug-admin user stop --again"),
				  arg_str(rq, "person"));
	TRY(get_record(rq, TAB_DEVICE, rq->who->device, REC_device, &mine));
	c.person = p.id;
	c.behind = mine.let_in_by;
	if (people_devices(rq, p.id))
		notice_person(rq, p.id, "code", 0, (struct slice){0}, c.until);
	put_record(rq, TAB_CODE, c.hash, REC_code, &c);
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "person", arg_str(rq, "person"));
	pack_kv_int(rq->out, "until", c.until);
	pack_kv_bin(rq->out, "fingerprint",
		    (struct slice){rq->house->fingerprint, sizeof(rq->house->fingerprint)});
	return ERR_OK;
}
