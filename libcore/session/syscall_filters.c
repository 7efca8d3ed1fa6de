/* SPDX-License-Identifier: MIT */
/*
 * Filters of system calls.  One expression is for many calls, whose parameters
 * differ: it is compiled for each form when the first call of that comes.  A
 * name that only other calls have is absent there.  One that does not compile
 * matches no such call.
 *
 * `path` and `fd` mean any parameter of that kind.  Where a call has two, the
 * filter is compiled for each, and the call matches when one of these does.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/filter.h"
#include "session/output.h"
#include "session/syscalls.h"

struct compiled {
	const struct ct_syscall_form *form;
	uint32_t flags;
	size_t count;
	struct ct_filter *filters[CT_SYSCALL_ARGS * CT_SYSCALL_ARGS];
	UT_hash_handle hh;
};

/* A name, and whether any call has a parameter that is called so. */
struct known_name {
	bool is_known;
	UT_hash_handle hh;
	char name[];
};

struct ct_syscall_filter {
	char *text;
	bool result_allowed;
	struct compiled *forms;
	struct ct_syscalls *syscalls;
	struct known_name *names;
};

struct ct_error *ct_syscall_filter_create(const char *text, bool result_allowed,
					  struct ct_syscall_filter **ret)
{
	struct ct_syscall_filter *filter = calloc(1, sizeof(*filter));
	if (!filter || !(filter->text = strdup(text))) {
		free(filter);
		return &ct_enomem;
	}
	filter->result_allowed = result_allowed;
	*ret = filter;
	return NULL;
}

void ct_syscall_filter_destroy(struct ct_syscall_filter *filter)
{
	struct compiled *each, *next;
	struct known_name *name, *next_name;
	if (!filter)
		return;
	HASH_ITER (hh, filter->names, name, next_name) {
		HASH_DEL(filter->names, name);
		free(name);
	}
	HASH_ITER (hh, filter->forms, each, next) {
		HASH_DEL(filter->forms, each);
		for (size_t i = 0; i < each->count; i++)
			free(each->filters[i]);
		free(each);
	}
	free(filter->text);
	free(filter);
}

bool ct_syscall_filter_needs_stops(const struct ct_syscall_filter *filter)
{
	/* In a text of the expression's, they would mean nothing. */
	static const char *const words[] = {"$return", "$errno", "$caller",
					    "$depth"};
	for (size_t i = 0; filter && i < sizeof(words) / sizeof(*words); i++)
		if (strstr(filter->text, words[i]))
			return true;
	return false;
}

/* The parameters of a kind, or one that there is not. */
static size_t find_kind(const struct ct_signature *signature, bool paths,
			bool wanted, size_t ret[CT_SYSCALL_ARGS])
{
	size_t count = 0;
	for (size_t i = 0; wanted && i < signature->count; i++) {
		uint8_t meaning = signature->parameters[i].meaning;
		bool is_fd =
		    meaning == CT_MEANING_FD || meaning == CT_MEANING_DIRFD;
		if (paths ? meaning == CT_MEANING_PATH : is_fd)
			ret[count++] = i;
	}
	if (!count)
		ret[count++] = SIZE_MAX;
	return count;
}

static bool is_elsewhere(void *arg, const char *text, size_t length);

static struct ct_error *compile_one(const char *text,
				    const struct ct_filter_scope *scope,
				    struct compiled *compiled)
{
	struct ct_buffer out = {0};
	struct ct_error *err = ct_filter_compile(text, scope, &out);
	if (err) {
		ct_buffer_deinit(&out);
		return err;
	}
	struct ct_filter *flat = (void *)out.data;
	compiled->flags = flat->flags;
	compiled->filters[compiled->count++] = flat;
	return NULL;
}

static uint64_t find_descriptors(const struct ct_signature *signature)
{
	uint64_t found = 0;
	for (size_t i = 0; i < signature->count; i++) {
		uint8_t meaning = signature->parameters[i].meaning;
		if (meaning == CT_MEANING_FD || meaning == CT_MEANING_DIRFD)
			found |= UINT64_C(1) << i;
	}
	return found;
}

/* absent: whether names can be. */
static struct ct_error *compile(struct ct_syscall_filter *filter,
				const struct ct_syscall_form *form,
				const char *text, bool absent,
				struct compiled *compiled)
{
	const struct ct_signature *signature = form->signature;
	uint32_t offsets[CT_SYSCALL_ARGS];
	size_t paths[CT_SYSCALL_ARGS], fds[CT_SYSCALL_ARGS];
	for (size_t i = 0; i < signature->count; i++)
		offsets[i] = ct_plan_parameters(form->plan)[i].offset;
	size_t path_count =
	    find_kind(signature, true, strstr(text, "path") != NULL, paths);
	size_t fd_count =
	    find_kind(signature, false, strstr(text, "fd") != NULL, fds);
	struct ct_error *err = NULL;
	for (size_t i = 0; !err && i < path_count * fd_count; i++) {
		struct ct_filter_alias aliases[] = {
		    {"path", paths[i / fd_count]},
		    {"fd", fds[i % fd_count]},
		};
		struct ct_filter_scope scope = {
		    .function = form->type,
		    .offsets = offsets,
		    .offset_count = signature->count,
		    .return_allowed = filter->result_allowed,
		    .aliases = aliases,
		    .alias_count = 2,
		    .ints = find_descriptors(signature),
		    .absent = absent ? is_elsewhere : NULL,
		    .absent_arg = filter,
		};
		err = compile_one(text, &scope, compiled);
	}
	return err;
}

static void forget_compiled(struct compiled *compiled)
{
	for (size_t i = 0; i < compiled->count; i++)
		free(compiled->filters[i]);
	compiled->count = 0;
}

/* Whether a name means something in the calls of a number. */
static bool is_in(struct ct_syscall_filter *filter, const char *name,
		  uint64_t number)
{
	static const uint64_t args[CT_SYSCALL_ARGS];
	const struct ct_syscall_form *form;
	struct compiled compiled = {0};
	struct ct_error *err =
	    ct_syscalls_form(filter->syscalls, number, args, &form);
	if (!err)
		err = compile(filter, form, name, false, &compiled);
	forget_compiled(&compiled);
	ct_error_destroy(err);
	return !err;
}

static bool is_in_any(struct ct_syscall_filter *filter, const char *name)
{
	for (size_t i = 0; i < ct_syscall_row_count; i++)
		if (is_in(filter, name, ct_syscall_rows[i].number))
			return true;
	/* param0 and so on */
	return is_in(filter, name, CT_SYSCALL_NUMBERS);
}

static bool is_elsewhere(void *arg, const char *text, size_t length)
{
	struct ct_syscall_filter *filter = arg;
	struct known_name *name;
	HASH_FIND(hh, filter->names, text, length, name);
	if (name)
		return name->is_known;
	name = calloc(1, sizeof(*name) + length + 1);
	if (!name)
		return false;
	memcpy(name->name, text, length);
	name->is_known = is_in_any(filter, name->name);
	HASH_ADD_KEYPTR(hh, filter->names, name->name, length, name);
	return name->is_known;
}

/* *err is why it fits no such call, unless err is NULL. */
static struct compiled *get_compiled(struct ct_syscall_filter *filter,
				     const struct ct_syscall_form *form,
				     struct ct_error **err)
{
	struct compiled *compiled;
	HASH_FIND_PTR(filter->forms, &form, compiled);
	if (compiled)
		return compiled;
	compiled = calloc(1, sizeof(*compiled));
	if (!compiled)
		return NULL;
	compiled->form = form;
	struct ct_error *failed =
	    compile(filter, form, filter->text, true, compiled);
	if (err)
		*err = failed;
	else
		ct_error_destroy(failed);
	HASH_ADD_PTR(filter->forms, form, compiled);
	return compiled;
}

void ct_syscall_filter_prepare(struct ct_syscall_filter *filter,
			       const struct ct_syscall_form *form)
{
	get_compiled(filter, form, NULL);
}

static struct ct_error *check_number(struct ct_session *session,
				     struct ct_syscall_filter *filter,
				     uint64_t number, bool of_others,
				     struct ct_error **first, bool *fits)
{
	static const uint64_t args[CT_SYSCALL_ARGS];
	const struct ct_syscall_form *form;
	struct ct_error *failed = NULL;
	struct ct_error *err =
	    ct_syscalls_form(session->syscalls->syscalls, number, args, &form);
	if (err)
		return err;
	const struct compiled *compiled = get_compiled(filter, form, &failed);
	if (!compiled)
		return &ct_enomem;
	/* Where nothing that it speaks of is there, it is a mistake. */
	if (!failed && !of_others && compiled->flags & CT_FILTER_HAS_ABSENT &&
	    !(compiled->flags & CT_FILTER_USES_PARAMETERS)) {
		struct compiled none = {0};
		failed = compile(filter, form, filter->text, false, &none);
		forget_compiled(&none);
	}
	*fits = compiled->count && !failed;
	if (failed && !*first)
		*first = ct_error_prefix(failed, "%s", form->name);
	else
		ct_error_destroy(failed);
	return NULL;
}

struct ct_error *ct_syscall_filter_check(struct ct_session *session,
					 struct ct_syscall_filter *filter,
					 const struct ct_syscall_set *set,
					 bool of_others)
{
	struct ct_error *first = NULL, *err = NULL;
	bool fits = false;
	filter->syscalls = session->syscalls->syscalls;
	for (size_t i = 0; !err && !fits && i < ct_syscall_row_count; i++)
		if (ct_syscall_set_has(set, ct_syscall_rows[i].number))
			err = check_number(session, filter,
					   ct_syscall_rows[i].number, of_others,
					   &first, &fits);
	for (size_t i = 0; !err && !fits && i < set->other_count; i++)
		err = check_number(session, filter, set->others[i], of_others,
				   &first, &fits);
	if (!err && !fits && first)
		return first;
	ct_error_destroy(first);
	return err;
}

static const char *caller_name(void *arg)
{
	struct ct_session *session = arg;
	uint64_t addr =
	    ct_session_syscall_caller(session, &session->syscalls->site);
	uint32_t index = addr ? ct_session_caller(session, addr) : CT_NO_CALLER;
	return index < session->caller_count
		   ? session->caller_table[index]->function
		   : NULL;
}

enum ct_syscall_verdict ct_syscall_filter_run(
    struct ct_session *session, struct ct_syscall_filter *filter,
    const struct ct_syscall_form *form, const struct ct_record *record,
    const struct ct_memory *memory, uint64_t nth)
{
	if (!filter)
		return CT_VERDICT_YES;
	const struct compiled *compiled = get_compiled(filter, form, NULL);
	bool returned = record->flags & CT_RECORD_HAS_RESULT;
	if (!compiled || !compiled->count)
		return CT_VERDICT_NO;
	if (compiled->flags & CT_FILTER_AT_RETURN && !returned)
		return CT_VERDICT_LATER;
	struct ct_filter_input input = {
	    .args = ct_record_args(record),
	    .args_size = record->args_size,
	    .result = returned ? ct_record_result(record) : NULL,
	    .result_size = record->result_size,
	    .memory = memory,
	    .pid = record->pid,
	    .tid = record->tid,
	    .nth = nth,
	    .depth = record->depth,
	    .errno_value = record->errno_value,
	    .caller = caller_name,
	    .caller_arg = session,
	};
	for (size_t i = 0; i < compiled->count; i++)
		if (ct_filter_run(compiled->filters[i], &input) ==
		    CT_FILTER_TRUE)
			return CT_VERDICT_YES;
	return CT_VERDICT_NO;
}
