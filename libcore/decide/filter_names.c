/* SPDX-License-Identifier: MIT */
/*
 * What a name in a filter means: a parameter, then an enumerator of a type
 * that the parameters or the result lead to, then a macro, which no debug
 * information has.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "decide/filter_compiler.h"
#include "image/near.h"
#include "value/scan.h"

enum {
	TYPES_MAX = 1024 /* looked at for an enumerator */
};

#define MACRO(name)         \
	{                   \
#name, name \
	}
static const struct {
	const char *name;
	int64_t value;
} macros[] = {
    {"NULL", 0},
    {"true", 1},
    {"false", 0},
    {"EOF", -1},
    /* open, fcntl */
    MACRO(O_RDONLY),
    MACRO(O_WRONLY),
    MACRO(O_RDWR),
    MACRO(O_ACCMODE),
    MACRO(O_CREAT),
    MACRO(O_EXCL),
    MACRO(O_TRUNC),
    MACRO(O_APPEND),
    MACRO(O_NONBLOCK),
    MACRO(O_CLOEXEC),
    MACRO(O_DIRECTORY),
    MACRO(O_NOFOLLOW),
    MACRO(O_SYNC),
    MACRO(O_TMPFILE),
    MACRO(AT_FDCWD),
    MACRO(F_GETFD),
    MACRO(F_SETFD),
    MACRO(F_GETFL),
    MACRO(F_SETFL),
    MACRO(F_DUPFD),
    MACRO(FD_CLOEXEC),
    MACRO(SEEK_SET),
    MACRO(SEEK_CUR),
    MACRO(SEEK_END),
    MACRO(STDIN_FILENO),
    MACRO(STDOUT_FILENO),
    MACRO(STDERR_FILENO),
    MACRO(R_OK),
    MACRO(W_OK),
    MACRO(X_OK),
    MACRO(F_OK),
    MACRO(S_IFMT),
    MACRO(S_IFREG),
    MACRO(S_IFDIR),
    MACRO(S_IFLNK),
    /* mmap */
    MACRO(PROT_NONE),
    MACRO(PROT_READ),
    MACRO(PROT_WRITE),
    MACRO(PROT_EXEC),
    MACRO(MAP_SHARED),
    MACRO(MAP_PRIVATE),
    MACRO(MAP_FIXED),
    MACRO(MAP_ANONYMOUS),
    {"MAP_FAILED", -1},
    /* sockets */
    MACRO(AF_UNSPEC),
    MACRO(AF_UNIX),
    MACRO(AF_INET),
    MACRO(AF_INET6),
    MACRO(AF_NETLINK),
    MACRO(SOCK_STREAM),
    MACRO(SOCK_DGRAM),
    MACRO(SOCK_NONBLOCK),
    MACRO(SOCK_CLOEXEC),
    MACRO(SOL_SOCKET),
    MACRO(MSG_PEEK),
    MACRO(MSG_DONTWAIT),
    MACRO(MSG_NOSIGNAL),
    /* signals */
    MACRO(SIGHUP),
    MACRO(SIGINT),
    MACRO(SIGKILL),
    MACRO(SIGSEGV),
    MACRO(SIGPIPE),
    MACRO(SIGALRM),
    MACRO(SIGTERM),
    MACRO(SIGCHLD),
    /* errno */
    MACRO(EPERM),
    MACRO(ENOENT),
    MACRO(EINTR),
    MACRO(EIO),
    MACRO(EBADF),
    MACRO(ECHILD),
    MACRO(EAGAIN),
    MACRO(EWOULDBLOCK),
    MACRO(ENOMEM),
    MACRO(EACCES),
    MACRO(EFAULT),
    MACRO(EBUSY),
    MACRO(EEXIST),
    MACRO(ENOTDIR),
    MACRO(EISDIR),
    MACRO(EINVAL),
    MACRO(ENFILE),
    MACRO(EMFILE),
    MACRO(ENOSPC),
    MACRO(EROFS),
    MACRO(EPIPE),
    MACRO(ERANGE),
    MACRO(ENOSYS),
    MACRO(ENOTSUP),
    MACRO(EADDRINUSE),
    MACRO(ECONNREFUSED),
    MACRO(ECONNRESET),
    MACRO(ETIMEDOUT),
    MACRO(EINPROGRESS),
};
#undef MACRO

static bool is_name(const char *candidate, const char *name, size_t length)
{
	return candidate && strlen(candidate) == length &&
	       !memcmp(candidate, name, length);
}

static struct ct_error *parameter(struct filter_compiler *compiler,
				  size_t index, const char *at,
				  const struct ct_parameter *parameters,
				  struct filter_operand *ret)
{
	const struct ct_filter_scope *scope = compiler->scope;
	if (index >= scope->offset_count ||
	    scope->offsets[index] == CT_FILTER_ABSENT)
		return filter_refuse(compiler, at,
				     "'%.*s' is optimized out in this function",
				     (int)(compiler->at - at), at);
	compiler->flags |= CT_FILTER_USES_PARAMETERS;
	struct ct_error *err = filter_push(compiler, 0, FILTER_U64, ret);
	ret->form = FILTER_PLACE;
	ret->type = parameters[index].type;
	ret->is_int = index < 64 && scope->ints >> index & 1;
	ret->space = FILTER_ARGS;
	ret->offset = scope->offsets[index];
	return err;
}

struct type_queue {
	struct ct_type *types[TYPES_MAX];
	size_t count;
};

static void queue_type(struct type_queue *queue, struct ct_type *type)
{
	struct ct_type *stripped;
	struct ct_error *err = ct_type_strip(type, &stripped);
	if (err) { /* of what is damaged, names are not known */
		ct_error_destroy(err);
		return;
	}
	for (size_t i = 0; i < queue->count; i++) {
		if (queue->types[i] == stripped)
			return;
	}
	if (queue->count < TYPES_MAX)
		queue->types[queue->count++] = stripped;
}

/* The types that this one leads to. */
static struct ct_error *queue_parts(struct type_queue *queue,
				    struct ct_type *type)
{
	size_t count;
	const struct ct_member *members;
	struct ct_type *target;
	struct ct_error *err;
	switch (ct_type_kind(type)) {
	case CT_TYPE_POINTER:
	case CT_TYPE_ARRAY:
		err = ct_type_target(type, &target);
		if (!err)
			queue_type(queue, target);
		return err;
	case CT_TYPE_STRUCT:
	case CT_TYPE_UNION:
		err = ct_type_members(type, &count, &members);
		for (size_t i = 0; !err && i < count; i++)
			queue_type(queue, members[i].type);
		return err;
	default:
		return NULL;
	}
}

static bool find_in_enum(struct ct_type *type, const char *name, size_t length,
			 int64_t *ret)
{
	size_t count;
	const struct ct_enumerator *all;
	struct ct_error *err = ct_type_enumerators(type, &count, &all);
	if (err) {
		ct_error_destroy(err);
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (is_name(all[i].name, name, length)) {
			*ret = all[i].value;
			return true;
		}
	}
	return false;
}

/* Breadth first: the nearest enum's counts. */
static struct ct_error *find_enumerator(const struct filter_compiler *compiler,
					const char *name, size_t length,
					bool *found, int64_t *ret)
{
	size_t count;
	const struct ct_parameter *parameters;
	struct ct_type *function = compiler->scope->function, *result;
	CT_AUTO_FREE struct type_queue *queue = calloc(1, sizeof(*queue));
	if (!queue)
		return &ct_enomem;
	struct ct_error *err =
	    ct_type_parameters(function, &count, &parameters);
	if (!err)
		err = ct_type_target(function, &result);
	if (err)
		return err;
	for (size_t i = 0; i < count; i++)
		queue_type(queue, parameters[i].type);
	queue_type(queue, result);

	*found = false;
	for (size_t i = 0; i < queue->count && !*found; i++) {
		struct ct_type *type = queue->types[i];
		if (ct_type_kind(type) == CT_TYPE_ENUM)
			*found = find_in_enum(type, name, length, ret);
		else
			ct_error_destroy(queue_parts(queue, type));
	}
	return NULL;
}

static struct ct_error *unknown_name(const struct filter_compiler *compiler,
				     const char *at, size_t length,
				     size_t count,
				     const struct ct_parameter *parameters)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer out = {0};
	char wanted[64];
	struct ct_near near;
	if (length >= sizeof(wanted))
		length = sizeof(wanted) - 1;
	memcpy(wanted, at, length);
	wanted[length] = '\0';
	ct_near_init(&near, wanted, 1);
	for (size_t i = 0; i < count; i++) {
		if (parameters[i].name)
			ct_near_offer(&near, parameters[i].name);
	}
	if (!near.count) {
		for (size_t i = 0; i < sizeof(macros) / sizeof(*macros); i++)
			ct_near_offer(&near, macros[i].name);
	}
	if (near.count)
		ct_buffer_printf(&out, "did you mean %s?", near.names[0]);
	else
		ct_buffer_puts(&out, count ? "parameters: " : "no parameters");
	for (size_t i = 0; !near.count && i < count; i++) {
		ct_buffer_puts(&out, i ? ", " : "");
		if (parameters[i].name)
			ct_buffer_puts(&out, parameters[i].name);
		else
			ct_buffer_printf(&out, "$%zu", i + 1);
	}
	return filter_refuse(compiler, at, "unknown name '%s' (%.*s)", wanted,
			     (int)out.size, out.data);
}

/* Constants have the type int when they fit, as enumerators do. */
static struct ct_error *push_constant(struct filter_compiler *compiler,
				      int64_t value, struct filter_operand *ret)
{
	bool is_int = value >= INT32_MIN && value <= INT32_MAX;
	return filter_push(compiler, (uint64_t)value,
			   is_int ? FILTER_S32 : FILTER_S64, ret);
}

/* Whether something that means nothing here does so elsewhere. */
static bool is_absent(const struct filter_compiler *compiler, const char *at)
{
	const struct ct_filter_scope *scope = compiler->scope;
	return scope->absent && scope->absent(scope->absent_arg, at,
					      (size_t)(compiler->at - at));
}

struct ct_error *filter_name(struct filter_compiler *compiler,
			     struct filter_operand *ret)
{
	size_t count;
	const struct ct_parameter *parameters;
	const char *at = compiler->at;
	size_t length = (size_t)(ct_scan_word(at) - at);
	struct ct_error *err =
	    ct_type_parameters(compiler->scope->function, &count, &parameters);
	if (err)
		return err;
	compiler->at = at + length;
	for (size_t i = 0; i < count; i++) {
		if (is_name(parameters[i].name, at, length))
			return parameter(compiler, i, at, parameters, ret);
	}
	for (size_t i = 0; i < compiler->scope->alias_count; i++) {
		const struct ct_filter_alias *alias =
		    &compiler->scope->aliases[i];
		if (alias->index < count && is_name(alias->name, at, length))
			return parameter(compiler, alias->index, at, parameters,
					 ret);
	}

	bool found;
	int64_t value;
	err = find_enumerator(compiler, at, length, &found, &value);
	if (err)
		return err;
	if (found)
		return push_constant(compiler, value, ret);
	for (size_t i = 0; i < sizeof(macros) / sizeof(*macros); i++) {
		if (is_name(macros[i].name, at, length))
			return push_constant(compiler, macros[i].value, ret);
	}
	if (is_absent(compiler, at))
		return filter_push_absent(compiler, ret);
	return unknown_name(compiler, at, length, count, parameters);
}

/* $1, $2: parameters without a name have a number. */
static struct ct_error *numbered_parameter(struct filter_compiler *compiler,
					   struct filter_operand *ret)
{
	size_t count, index = 0;
	const struct ct_parameter *parameters;
	const char *at = compiler->at++;
	struct ct_error *err =
	    ct_type_parameters(compiler->scope->function, &count, &parameters);
	if (err)
		return err;
	for (; *compiler->at >= '0' && *compiler->at <= '9'; compiler->at++) {
		if (index <= count)
			index = index * 10 + (size_t)(*compiler->at - '0');
	}
	if (index > count && is_absent(compiler, at))
		return filter_push_absent(compiler, ret);
	if (index < 1 || index > count)
		return filter_refuse(compiler, at,
				     "there are %zu parameters, no %.*s", count,
				     (int)(compiler->at - at), at);
	return parameter(compiler, index - 1, at, parameters, ret);
}

static struct ct_error *result_place(struct filter_compiler *compiler,
				     const char *at, struct filter_operand *ret)
{
	struct ct_type *result, *stripped;
	struct ct_error *err =
	    ct_type_target(compiler->scope->function, &result);
	if (!err)
		err = ct_type_strip(result, &stripped);
	if (err)
		return err;
	if (ct_type_kind(stripped) == CT_TYPE_VOID)
		return filter_refuse(compiler, at,
				     "the function returns nothing");
	err = filter_push(compiler, 0, FILTER_U64, ret);
	ret->form = FILTER_PLACE;
	ret->type = result;
	ret->space = FILTER_RESULT;
	return err;
}

static struct ct_error *push_variable(struct filter_compiler *compiler,
				      enum filter_variable which,
				      enum filter_class class,
				      struct filter_operand *ret)
{
	*ret = (struct filter_operand){.form = FILTER_NUMBER, .class = class};
	return filter_emit(
	    compiler, (struct filter_op){.code = OP_VARIABLE, .arg = which});
}

struct ct_error *filter_variable(struct filter_compiler *compiler,
				 struct filter_operand *ret)
{
	static const struct {
		const char *name;
		enum filter_variable which;
		enum filter_class class;
	} variables[] = {
	    {"tid", FILTER_TID, FILTER_S32},
	    {"pid", FILTER_PID, FILTER_S32},
	    {"nth", FILTER_NTH, FILTER_S64},
	    {"depth", FILTER_DEPTH, FILTER_S32},
	    {"errno", FILTER_ERRNO, FILTER_S32},
	};
	const char *at = compiler->at, *name = at + 1;
	const char *end = ct_scan_word(name);
	size_t length = (size_t)(end - name);
	if (*name >= '0' && *name <= '9')
		return numbered_parameter(compiler, ret);
	compiler->at = end;
	if (is_name("caller", name, length)) {
		compiler->flags |= CT_FILTER_USES_CALLER;
		*ret = (struct filter_operand){.form = FILTER_CALLER};
		return NULL;
	}
	bool is_return = is_name("return", name, length);
	if (is_return || is_name("errno", name, length)) {
		compiler->flags |= CT_FILTER_AT_RETURN;
		if (!compiler->scope->return_allowed)
			return filter_refuse(compiler, at,
					     "%.*s is not known before the "
					     "function returns",
					     (int)(end - at), at);
	}
	if (is_return)
		return result_place(compiler, at, ret);
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++) {
		if (!is_name(variables[i].name, name, length))
			continue;
		if (variables[i].which == FILTER_DEPTH)
			compiler->flags |= CT_FILTER_USES_DEPTH;
		return push_variable(compiler, variables[i].which,
				     variables[i].class, ret);
	}
	return filter_refuse(compiler, at,
			     "unknown variable '%.*s' ($tid, $pid, $nth, "
			     "$depth, $caller, $return, $errno)",
			     (int)(length > 40 ? 40 : length + 1), at);
}
