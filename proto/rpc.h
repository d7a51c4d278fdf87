#pragma once
/*
 * MessagePack-RPC: [0, id, method, [params]], [1, id, error, result], [2, method, [params]]. No
 * framing of our own. params is one map, or the array is empty. An error is a map {code, text, why,
 * can, ref, detail}.
 */
#include "pack.h"
#include "scan.h"

enum rpc_type { RPC_REQUEST = 0, RPC_RESPONSE = 1, RPC_NOTIFY = 2 };
struct rpc {
	enum rpc_type type;
	uint32_t id;
	struct slice method;
	const msgpack_object *params; /* the map, or NULL */
	const msgpack_object *error, *result;
};
/* Reads a decoded message. ERR_USAGE: why is an English msgid. The tree must outlive out. */
enum err rpc_read(const msgpack_object *, struct rpc *out, const char **why);
void rpc_request(struct buf *, uint32_t id, const char *method,
		 struct slice params /* a packed map, or empty */);
void rpc_result(struct buf *, uint32_t id, struct slice result /* packed, or empty for nil */);
void rpc_notify(struct buf *, const char *method, struct slice params);

struct rpc_error {
	enum err code;
	struct slice text, why, can,
		ref;         /* already in the reader's language; empty is left out as nil */
	struct slice detail; /* packed, or empty */
};
void rpc_error(struct buf *, uint32_t id, const struct rpc_error *);
