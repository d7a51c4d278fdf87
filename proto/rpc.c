#include "rpc.h"

static enum err bad(const char **why, const char *text)
{
	*why = text;
	return ERR_USAGE;
}

/* The params array: empty, or one map. */
static enum err read_params(const msgpack_object *params, struct rpc *out, const char **why)
{
	if (!params || params->type != MSGPACK_OBJECT_ARRAY || params->via.array.size > 1)
		return bad(why, N_("The parameters are an array with one map in it."));
	out->params = obj_at(params, 0);
	if (out->params && out->params->type != MSGPACK_OBJECT_MAP)
		return bad(why, N_("The parameters are an array with one map in it."));
	return ERR_OK;
}

static enum err read_id(const msgpack_object *id, struct rpc *out, const char **why)
{
	if (!id || id->type != MSGPACK_OBJECT_POSITIVE_INTEGER || id->via.u64 > UINT32_MAX)
		return bad(why, N_("A message's id is a number from 0 to 4294967295."));
	out->id = (uint32_t)id->via.u64;
	return ERR_OK;
}

static enum err read_method(const msgpack_object *name, struct rpc *out, const char **why)
{
	out->method = obj_bytes(name);
	return out->method.n ? ERR_OK : bad(why, N_("A method's name is a text."));
}

enum err rpc_read(const msgpack_object *o, struct rpc *out, const char **why)
{
	int64_t type = obj_int(obj_at(o, 0), -1);

	*out = (struct rpc){.type = (enum rpc_type)type};
	if (type == RPC_REQUEST && obj_n(o) == 4) {
		TRY(read_id(obj_at(o, 1), out, why));
		TRY(read_method(obj_at(o, 2), out, why));
		return read_params(obj_at(o, 3), out, why);
	}
	if (type == RPC_NOTIFY && obj_n(o) == 3) {
		TRY(read_method(obj_at(o, 1), out, why));
		return read_params(obj_at(o, 2), out, why);
	}
	if (type == RPC_RESPONSE && obj_n(o) == 4) {
		TRY(read_id(obj_at(o, 1), out, why));
		out->error = obj_is_nil(obj_at(o, 2)) ? NULL : obj_at(o, 2);
		out->result = obj_at(o, 3);
		return ERR_OK;
	}
	return bad(why, N_("This is not a MessagePack-RPC message."));
}

static void pack_params(struct buf *out, struct slice params)
{
	pack_array(out, params.n ? 1 : 0);
	buf_slice(out, params);
}

void rpc_request(struct buf *out, uint32_t id, const char *method, struct slice params)
{
	pack_array(out, 4);
	pack_uint(out, RPC_REQUEST);
	pack_uint(out, id);
	pack_text(out, method);
	pack_params(out, params);
}

void rpc_result(struct buf *out, uint32_t id, struct slice result)
{
	pack_array(out, 4);
	pack_uint(out, RPC_RESPONSE);
	pack_uint(out, id);
	pack_nil(out);
	if (result.n)
		buf_slice(out, result);
	else
		pack_nil(out);
}

void rpc_notify(struct buf *out, const char *method, struct slice params)
{
	pack_array(out, 3);
	pack_uint(out, RPC_NOTIFY);
	pack_text(out, method);
	pack_params(out, params);
}

static void pack_line(struct buf *out, const char *key, struct slice text)
{
	pack_key(out, key);
	if (text.n)
		pack_str(out, text);
	else
		pack_nil(out);
}

void rpc_error(struct buf *out, uint32_t id, const struct rpc_error *e)
{
	pack_array(out, 4);
	pack_uint(out, RPC_RESPONSE);
	pack_uint(out, id);
	pack_map(out, e->detail.n ? 6 : 5);
	pack_kv_int(out, "code", e->code);
	pack_line(out, "text", e->text);
	pack_line(out, "why", e->why);
	pack_line(out, "can", e->can);
	pack_line(out, "ref", e->ref);
	if (e->detail.n) {
		pack_key(out, "detail");
		buf_slice(out, e->detail);
	}
	pack_nil(out);
}
