/* SPDX-License-Identifier: MIT */
/* Which system calls are asked for. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "session/output.h"
#include "session/syscalls.h"

enum {
	NR_NANOSLEEP = 35,
	NR_RT_SIGRETURN = 15,
	NR_RESTART_SYSCALL = 219,
};

bool ct_syscall_set_has(const struct ct_syscall_set *set, uint64_t number)
{
	if (set->all)
		return true;
	if (number < CT_SYSCALL_NUMBERS)
		return set->bits[number / 64] >> (number % 64) & 1;
	for (size_t i = 0; i < set->other_count; i++)
		if (set->others[i] == number)
			return true;
	return false;
}

bool ct_syscall_is_wanted(const struct ct_syscall_tracing *tracing,
			  uint64_t number)
{
	for (uint64_t left = tracing->active; left; left &= left - 1)
		if (ct_syscall_set_has(
			&tracing->wishes[__builtin_ctzll(left)].set, number))
			return true;
	for (size_t i = 0; i < tracing->answer_count; i++)
		if (tracing->answers[i].id &&
		    tracing->answers[i].form->number == number)
			return true;
	return false;
}

struct ct_error *ct_syscall_set_add_number(struct ct_syscall_set *set,
					   uint64_t number)
{
	if (number < CT_SYSCALL_NUMBERS) {
		set->bits[number / 64] |= 1ull << (number % 64);
		return NULL;
	}
	if (ct_syscall_set_has(set, number))
		return NULL;
	if (set->other_count == CT_SYSCALL_OTHERS_MAX)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "more than %d numbers that no system "
				       "call has",
				       CT_SYSCALL_OTHERS_MAX);
	set->others[set->other_count++] = number;
	return NULL;
}

static struct ct_error *add_group(struct ct_syscall_set *set, const char *name)
{
	unsigned int group = ct_syscall_group(name);
	if (!strcmp(name, "all")) {
		set->all = true;
		return NULL;
	}
	if (!group) {
		struct ct_buffer known = {0};
		const char *each;
		for (size_t i = 0; (each = ct_syscall_group_name(i)); i++)
			ct_buffer_printf(&known, "%%%s, ", each);
		ct_buffer_puts(&known, "%all");
		CT_AUTO_FREE char *text = ct_buffer_take_string(&known);
		return ct_error_format(CT_ERROR_NOT_FOUND,
				       "no group of system calls '%%%s'; there "
				       "is %s",
				       name, text ? text : "");
	}
	for (size_t i = 0; i < ct_syscall_row_count; i++)
		if (ct_syscall_rows[i].groups & group)
			ct_error_destroy(ct_syscall_set_add_number(
			    set, ct_syscall_rows[i].number));
	return NULL;
}

static struct ct_error *no_call(const char *name)
{
	struct ct_near near;
	struct ct_buffer hint = {0};
	ct_syscall_near(name, 3, &near);
	for (size_t i = 0; i < near.count; i++)
		ct_buffer_printf(&hint, "%s'%s'", i ? ", " : "; did you mean ",
				 near.names[i]);
	CT_AUTO_FREE char *text = ct_buffer_take_string(&hint);
	return ct_error_format(CT_ERROR_NOT_FOUND, "no system call '%s'%s%s",
			       name, text ? text : "", near.count ? "?" : "");
}

/* 9999 or <9999>; what the kernel has as a number is an int. */
static bool read_number(const char *name, uint64_t *ret)
{
	bool quoted = *name == '<';
	const char *digits = name + quoted;
	char *end;
	if (*digits < '0' || *digits > '9')
		return false;
	unsigned long number = strtoul(digits, &end, 10);
	if (strcmp(end, quoted ? ">" : "") != 0 || number > INT32_MAX)
		return false;
	*ret = number;
	return true;
}

struct ct_error *ct_syscall_set_add(struct ct_syscall_set *set,
				    const char *name, uint64_t *number)
{
	*number = ~0ull;
	if (*name == '%')
		return add_group(set, name + 1);
	if (!read_number(name, number)) {
		const struct ct_syscall *call = ct_syscall_by_name(name);
		if (!call)
			return no_call(name);
		*number = call->number;
	}
	return ct_syscall_set_add_number(set, *number);
}

static void init_lock(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attributes;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

/* The session's part, made when it is first needed. */
static struct ct_error *get_tracing(struct ct_session *session,
				    struct ct_syscall_tracing **ret)
{
	if (!session->syscalls) {
		session->syscalls = calloc(1, sizeof(*session->syscalls));
		if (!session->syscalls)
			return &ct_enomem;
		session->syscalls->next_id = 1;
		init_lock(&session->syscalls->lock);
	}
	*ret = session->syscalls;
	return NULL;
}

struct ct_error *ct_session_set_syscalls(struct ct_session *session,
					 const char *path)
{
	struct ct_syscall_tracing *tracing;
	struct ct_error *err = get_tracing(session, &tracing);
	if (err)
		return err;
	char *copy = strdup(path);
	if (!copy)
		return &ct_enomem;
	free(tracing->path);
	tracing->path = copy;
	return NULL;
}

struct ct_error *ct_session_open_syscalls(struct ct_session *session)
{
	struct ct_syscall_tracing *tracing;
	struct ct_error *err = get_tracing(session, &tracing);
	if (err || tracing->syscalls)
		return err;
	if (!tracing->path)
		return ct_error_format(CT_ERROR_NOT_FOUND,
				       "the prototypes of system calls are not "
				       "there");
	err = ct_syscalls_open(tracing->path, &ct_syscall_limits,
			       &tracing->syscalls);
	if (!err)
		ct_syscalls_limit_data(tracing->syscalls,
				       session->limits.string);
	return err;
}

static void forget_wish(struct ct_wish *wish)
{
	ct_syscall_filter_destroy(wish->filter);
	ct_session_forget_list(wish);
	*wish = (struct ct_wish){0};
}

void ct_session_forget_syscalls(struct ct_session *session)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	if (!tracing)
		return;
	ct_session_forget_notifiers(session);
	ct_session_forget_syscall_threads(session);
	ct_session_forget_answers(session);
	ct_session_forget_counts(session);
	ct_session_forget_syscall_steps(session);
	for (size_t i = 0; i < CT_WISHES_MAX; i++)
		forget_wish(&tracing->wishes[i]);
	struct ct_syscall_signature *each, *next;
	HASH_ITER (hh, tracing->signatures, each, next) {
		HASH_DEL(tracing->signatures, each);
		free(each);
	}
	ct_syscalls_close(tracing->syscalls);
	free(tracing->path);
	pthread_mutex_destroy(&tracing->lock);
	free(tracing);
	session->syscalls = NULL;
}

static struct ct_error *fill_wish(struct ct_session *session,
				  const struct ct_syscall_request *request,
				  struct ct_wish *wish)
{
	struct ct_error *err = NULL;
	uint64_t number;
	wish->recorded = request->recorded;
	wish->collected = request->collected;
	wish->entries = request->entries;
	wish->set.all = !request->name_count;
	for (size_t i = 0; !err && i < request->name_count; i++)
		err =
		    ct_syscall_set_add(&wish->set, request->names[i], &number);
	if (err || !request->filter)
		return err;
	err = ct_syscall_filter_create(request->filter, !request->entries,
				       &wish->filter);
	if (!err)
		err = ct_syscall_filter_check(session, wish->filter, &wish->set,
					      request->of_others);
	return err && request->entries ? ct_error_prefix(err, "entries only")
				       : err;
}

static struct ct_error *find_place(struct ct_syscall_tracing *tracing,
				   size_t *ret)
{
	for (size_t i = 0; i < CT_WISHES_MAX; i++) {
		if (tracing->wishes[i].id)
			continue;
		*ret = i;
		return NULL;
	}
	return ct_error_format(CT_ERROR_UNSUPPORTED,
			       "system calls are traced for %d reasons at once "
			       "already",
			       CT_WISHES_MAX);
}

static struct ct_error *add_wish(struct ct_session *session,
				 const struct ct_syscall_request *request,
				 uint32_t *id)
{
	size_t place;
	struct ct_error *err = find_place(session->syscalls, &place);
	if (err)
		return err;
	struct ct_wish *wish = &session->syscalls->wishes[place];
	err = fill_wish(session, request, wish);
	if (err) {
		forget_wish(wish);
		return err;
	}
	*id = wish->id = session->syscalls->next_id++;
	session->syscalls->active |= 1ull << place;
	ct_session_sort_syscalls(session);
	return NULL;
}

struct ct_error *ct_session_trace_syscalls(
    struct ct_session *session, const struct ct_syscall_request *request,
    uint32_t *id)
{
	struct ct_error *err = ct_session_open_syscalls(session);
	if (err)
		return err;
	ct_syscalls_lock(session->syscalls);
	err = add_wish(session, request, id);
	ct_syscalls_unlock(session->syscalls);
	return err;
}

/* Requests end in two steps: no call is decided for them any more, and those
 * that were, have been recorded. */
static void stop_deciding(struct ct_session *session, uint64_t wishes)
{
	ct_syscalls_lock(session->syscalls);
	session->syscalls->active &= ~wishes;
	ct_session_sort_syscalls(session);
	ct_syscalls_unlock(session->syscalls);
	ct_session_drain_notified(session, true);
}

void ct_session_untrace_syscalls(struct ct_session *session, uint32_t id,
				 size_t *count)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	uint64_t ending = 0;
	*count = 0;
	for (size_t i = 0; tracing && i < CT_WISHES_MAX; i++) {
		struct ct_wish *wish = &tracing->wishes[i];
		if (wish->id && !wish->ended &&
		    (id ? wish->id == id : !wish->collected))
			ending |= 1ull << i;
	}
	if (ending)
		stop_deciding(session, ending);
	for (; ending; ending &= ending - 1) {
		size_t i = (size_t)__builtin_ctzll(ending);
		struct ct_wish *wish = &tracing->wishes[i];
		ct_session_leave_wish(session, 1ull << i);
		wish->ended = true;
		if (!wish->collected)
			forget_wish(wish);
		++*count;
	}
	if (tracing && !tracing->active && !tracing->answer_count)
		ct_session_forget_syscall_threads(session);
}

struct ct_error *ct_session_take_syscalls(struct ct_session *session,
					  uint32_t id, char **ret)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	struct ct_wish *wish = NULL;
	ct_session_drain_notified(session, false);
	for (size_t i = 0; tracing && id && i < CT_WISHES_MAX; i++)
		if (tracing->wishes[i].id == id)
			wish = &tracing->wishes[i];
	if (!wish)
		return ct_error_format(CT_ERROR_NOT_FOUND,
				       "system calls are not traced by the "
				       "number %u",
				       id);
	struct ct_buffer out = {0};
	struct ct_error *err = NULL;
	for (size_t i = 0; !err && i < wish->count; i++) {
		struct ct_call_event event =
		    ct_session_event(session, wish->list[i]);
		err = ct_python_syscall(&event, &out);
	}
	char *text = ct_buffer_take_string(&out);
	if (!err && !text)
		err = &ct_enomem;
	if (err) {
		free(text);
		return err;
	}
	ct_session_forget_list(wish);
	if (wish->ended)
		forget_wish(wish);
	*ret = text;
	return NULL;
}

void ct_syscall_set_join(struct ct_syscall_set *to,
			 const struct ct_syscall_set *from)
{
	to->all |= from->all;
	for (size_t i = 0; i < CT_SYSCALL_NUMBERS / 64; i++)
		to->bits[i] |= from->bits[i];
	/* Too many of them for a list: all, then. */
	for (size_t i = 0; i < from->other_count; i++) {
		struct ct_error *err =
		    ct_syscall_set_add_number(to, from->others[i]);
		to->all |= err != NULL;
		ct_error_destroy(err);
	}
}

static void list_set(const struct ct_syscall_set *set, uint32_t *ret,
		     size_t capacity, size_t *count)
{
	*count = 0;
	for (uint32_t i = 0; i < CT_SYSCALL_NUMBERS; i++)
		if (set->bits[i / 64] >> (i % 64) & 1 && (*count)++ < capacity)
			ret[*count - 1] = i;
	for (size_t i = 0; i < set->other_count; i++)
		if ((*count)++ < capacity)
			ret[*count - 1] = (uint32_t)set->others[i];
}

enum ct_syscall_need ct_session_wanted_syscalls(struct ct_session *session,
						pid_t pid, bool *all,
						uint32_t *ret, size_t capacity,
						size_t *count)
{
	const struct ct_syscall_tracing *tracing = session->syscalls;
	struct ct_syscall_set set = {0};
	enum ct_syscall_need need = CT_SYSCALL_NOTHING;
	if (tracing)
		ct_syscall_find_stops(tracing, pid, &set);
	list_set(&set, ret, capacity, count);
	if (set.all || *count)
		need =
		    !tracing->active && ct_session_answers_are_simple(session)
			? CT_SYSCALL_ENTRIES
			: CT_SYSCALL_BOTH;
	/* How interrupted calls go on and end; how mocks sleep. */
	static const uint64_t ours[] = {NR_RT_SIGRETURN, NR_NANOSLEEP,
					NR_RESTART_SYSCALL};
	for (size_t i = 0; i < 3 && need == CT_SYSCALL_BOTH; i++)
		if (ours[i] != NR_NANOSLEEP || tracing->answer_count)
			ct_error_destroy(
			    ct_syscall_set_add_number(&set, ours[i]));
	*all = set.all;
	*count = 0;
	if (!set.all)
		list_set(&set, ret, capacity, count);
	return need;
}

struct ct_error *ct_session_complete_syscall(const char *word, char **ret)
{
	struct ct_buffer out = {0};
	const char *group;
	size_t length = strlen(word);
	if (*word == '%' && !strncmp("all", word + 1, length - 1))
		ct_buffer_puts(&out, "%all\n");
	for (size_t i = 0; (group = ct_syscall_group_name(i)); i++)
		if (*word == '%' && !strncmp(group, word + 1, length - 1))
			ct_buffer_printf(&out, "%%%s\n", group);
	for (size_t i = 0; i < ct_syscall_row_count; i++)
		if (!strncmp(ct_syscall_rows[i].name, word, length))
			ct_buffer_printf(&out, "%s\n", ct_syscall_rows[i].name);
	char *text = ct_buffer_take_string(&out);
	if (!text)
		return &ct_enomem;
	*ret = text;
	return NULL;
}
