/* SPDX-License-Identifier: MIT */
/* Where complete system calls go: the trace, lists of scripts, counts. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "session/output.h"
#include "session/syscalls.h"

static struct ct_error *add_signature(struct ct_session *session,
				      struct ct_signature *signature,
				      uint32_t *ret)
{
	if (session->signature_count == session->signature_capacity) {
		size_t capacity = session->signature_capacity
				      ? session->signature_capacity * 2
				      : 64;
		struct ct_signature **bigger =
		    reallocarray(session->signatures, capacity,
				 sizeof(struct ct_signature *));
		if (!bigger)
			return &ct_enomem;
		session->signatures = bigger;
		session->signature_capacity = capacity;
	}
	*ret = (uint32_t)session->signature_count;
	session->signatures[session->signature_count++] = signature;
	return NULL;
}

struct ct_error *ct_session_syscall_signature(
    struct ct_session *session, const struct ct_syscall_form *form,
    uint32_t *ret)
{
	struct ct_syscall_signature *entry;
	HASH_FIND_PTR(session->syscalls->signatures, &form->signature, entry);
	if (entry) {
		*ret = entry->index;
		return NULL;
	}
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return &ct_enomem;
	struct ct_error *err =
	    add_signature(session, form->signature, &entry->index);
	if (err) {
		free(entry);
		return err;
	}
	entry->signature = form->signature;
	HASH_ADD_PTR(session->syscalls->signatures, signature, entry);
	*ret = entry->index;
	return NULL;
}

static void count_call(struct ct_session *session,
		       const struct ct_record *record)
{
	const struct ct_signature *signature =
	    session->signatures[record->signature];
	struct ct_syscall_count *count;
	HASH_FIND(hh, session->syscalls->counts, &signature->number,
		  sizeof(count->number), count);
	if (!count) {
		count = calloc(1, sizeof(*count));
		if (!count)
			return;
		count->number = signature->number;
		count->name = signature->function;
		HASH_ADD(hh, session->syscalls->counts, number,
			 sizeof(count->number), count);
	}
	count->calls++;
	count->errors += (record->flags & CT_RECORD_HAS_ERRNO) != 0;
	count->total_ns += record->duration_ns;
}

static struct ct_error *collect(struct ct_wish *wish,
				const struct ct_record *record)
{
	if (wish->count == wish->capacity) {
		size_t capacity = wish->capacity ? wish->capacity * 2 : 16;
		struct ct_record **bigger =
		    reallocarray(wish->list, capacity, sizeof(*bigger));
		if (!bigger)
			return &ct_enomem;
		wish->list = bigger;
		wish->capacity = capacity;
	}
	struct ct_record *copy = malloc(record->size);
	if (!copy)
		return &ct_enomem;
	memcpy(copy, record, record->size);
	wish->list[wish->count++] = copy;
	return NULL;
}

void ct_session_forget_list(struct ct_wish *wish)
{
	for (size_t i = 0; i < wish->count; i++)
		free(wish->list[i]);
	free(wish->list);
	wish->list = NULL;
	wish->count = wish->capacity = 0;
}

void ct_session_deliver(struct ct_session *session,
			const struct ct_record *record, uint64_t wishes)
{
	bool recorded = false;
	for (uint64_t left = wishes; left; left &= left - 1) {
		struct ct_wish *wish =
		    &session->syscalls->wishes[__builtin_ctzll(left)];
		if (wish->collected)
			ct_session_trouble(session, collect(wish, record));
		recorded |= wish->recorded;
	}
	if (wishes)
		count_call(session, record);
	if (recorded)
		ct_session_put_record(session, record);
}

void ct_session_forget_counts(struct ct_session *session)
{
	struct ct_syscall_count *each, *next;
	if (!session->syscalls)
		return;
	HASH_ITER (hh, session->syscalls->counts, each, next) {
		HASH_DEL(session->syscalls->counts, each);
		free(each);
	}
}

static int by_time(const void *a, const void *b)
{
	const struct ct_syscall_count *const *left = a, *const *right = b;
	if ((*left)->total_ns != (*right)->total_ns)
		return (*left)->total_ns < (*right)->total_ns ? 1 : -1;
	return ((*left)->number > (*right)->number) -
	       ((*left)->number < (*right)->number);
}

static void put_row(const struct ct_syscall_count *count, uint64_t total_ns,
		    struct ct_buffer *out)
{
	ct_buffer_printf(
	    out, "%6.2f %11.6f %11" PRIu64 " %9" PRIu64 " ",
	    total_ns ? 100.0 * (double)count->total_ns / (double)total_ns : 0.0,
	    (double)count->total_ns / 1e9,
	    count->calls ? count->total_ns / count->calls / 1000 : 0,
	    count->calls);
	if (count->errors)
		ct_buffer_printf(out, "%9" PRIu64, count->errors);
	else
		ct_buffer_printf(out, "%9s", "");
	ct_buffer_printf(out, " %s\n", count->name);
}

static void put_table(struct ct_syscall_count *const *rows, size_t count,
		      struct ct_buffer *out)
{
	static const char line[] = "------ ----------- ----------- --------- "
				   "--------- ----------------\n";
	struct ct_syscall_count total = {.name = "total"};
	for (size_t i = 0; i < count; i++) {
		total.calls += rows[i]->calls;
		total.errors += rows[i]->errors;
		total.total_ns += rows[i]->total_ns;
	}
	ct_buffer_puts(out, "% time     seconds  usecs/call     calls    "
			    "errors syscall\n");
	ct_buffer_puts(out, line);
	for (size_t i = 0; i < count; i++)
		put_row(rows[i], total.total_ns, out);
	ct_buffer_puts(out, line);
	put_row(&total, total.total_ns, out);
}

static void put_json(const struct ct_syscall_count *count,
		     struct ct_buffer *out)
{
	ct_buffer_puts(out, "{\"name\":");
	ct_json_string(out, count->name);
	ct_buffer_printf(out,
			 ",\"number\":%u,\"calls\":%" PRIu64
			 ",\"errors\":%" PRIu64 ",\"total_ns\":%" PRIu64 "}\n",
			 count->number, count->calls, count->errors,
			 count->total_ns);
}

struct ct_error *ct_session_syscall_summary(struct ct_session *session,
					    bool as_json, char **ret)
{
	struct ct_buffer out = {0};
	struct ct_syscall_count *each, *next;
	size_t count = 0, capacity = session->syscalls
					 ? HASH_COUNT(session->syscalls->counts)
					 : 0;
	CT_AUTO_FREE struct ct_syscall_count **rows =
	    calloc(capacity + 1, sizeof(*rows));
	if (!rows)
		return &ct_enomem;
	if (session->syscalls)
		HASH_ITER (hh, session->syscalls->counts, each, next)
			rows[count++] = each;
	qsort(rows, count, sizeof(*rows), by_time);
	for (size_t i = 0; as_json && i < count; i++)
		put_json(rows[i], &out);
	if (!as_json && count)
		put_table(rows, count, &out);
	else if (!as_json)
		ct_buffer_puts(&out, "No system calls.\n");
	char *text = ct_buffer_take_string(&out);
	if (!text)
		return &ct_enomem;
	*ret = text;
	return NULL;
}
