/* SPDX-License-Identifier: MIT */
/*
 * Which engine sees to which system calls: by stops, which have results and
 * let the session change everything, or by notification, which costs a tenth
 * and has the entry alone.
 *
 * It is a matter of numbers.  One for which a request needs more than the
 * entry is stopped at, for all who want it; the others are left to the filter
 * in the program, as far as that asks for them: it is made once, of what was
 * wanted then.  Both engines ask ct_syscall_notifier_serves(), so that no call
 * is recorded twice and none is lost.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ctester/process.h"
#include "session/syscalls.h"

/* The kernel's word to itself (linux/errno.h). */
#define ERESTARTSYS 512

enum {
	NUMBERS_MAX = CT_SYSCALL_NUMBERS + CT_SYSCALL_OTHERS_MAX,
};

bool ct_syscall_notifier_has(const struct ct_syscall_notifier *notifier,
			     pid_t pid)
{
	for (size_t i = 0; i < notifier->pid_count; i++)
		if (notifier->pids[i] == pid)
			return true;
	return false;
}

bool ct_syscall_notifier_serves(const struct ct_syscall_tracing *tracing,
				const struct ct_syscall_notifier *notifier,
				uint64_t number)
{
	return ct_syscall_set_has(&tracing->entries, number) &&
	       !ct_syscall_set_has(&tracing->stops, number) &&
	       ct_syscall_set_has(&notifier->set, number);
}

static struct ct_syscall_notifier *find_notifier(
    const struct ct_syscall_tracing *tracing, pid_t pid)
{
	struct ct_syscall_notifier *each = tracing ? tracing->notifiers : NULL;
	while (each && !ct_syscall_notifier_has(each, pid))
		each = each->next;
	return each;
}

bool ct_syscall_is_notified(const struct ct_syscall_tracing *tracing, pid_t pid,
			    uint64_t number)
{
	const struct ct_syscall_notifier *notifier =
	    find_notifier(tracing, pid);
	return notifier &&
	       ct_syscall_notifier_serves(tracing, notifier, number);
}

/* What is wanted of which numbers. */

static bool wish_needs_stops(const struct ct_syscall_tracing *tracing,
			     const struct ct_wish *wish)
{
	if (tracing->engine == CT_SYSCALL_BY_STOPS ||
	    ct_syscall_filter_needs_stops(wish->filter))
		return true;
	return tracing->engine == CT_SYSCALL_BY_NEED && !wish->entries;
}

static bool answer_needs_stops(const struct ct_syscall_tracing *tracing,
			       const struct ct_syscall_answer *answer)
{
	const struct ct_syscall_mock *how = &answer->how;
	return tracing->engine == CT_SYSCALL_BY_STOPS || how->asks ||
	       how->argument_count || (how->out_count && !how->returns) ||
	       ct_syscall_filter_needs_stops(answer->filter);
}

static void sort_numbers(struct ct_syscall_tracing *tracing)
{
	tracing->entries = (struct ct_syscall_set){0};
	tracing->stops = (struct ct_syscall_set){0};
	for (uint64_t left = tracing->active; left; left &= left - 1) {
		const struct ct_wish *wish =
		    &tracing->wishes[__builtin_ctzll(left)];
		ct_syscall_set_join(wish_needs_stops(tracing, wish)
					? &tracing->stops
					: &tracing->entries,
				    &wish->set);
	}
	for (size_t i = 0; i < tracing->answer_count; i++) {
		const struct ct_syscall_answer *answer = &tracing->answers[i];
		struct ct_syscall_set one = {0};
		if (!answer->id)
			continue;
		ct_error_destroy(
		    ct_syscall_set_add_number(&one, answer->form->number));
		ct_syscall_set_join(answer_needs_stops(tracing, answer)
					? &tracing->stops
					: &tracing->entries,
				    &one);
	}
}

static bool is_empty(const struct ct_syscall_set *set)
{
	bool any = set->all || set->other_count;
	for (size_t i = 0; !any && i < CT_SYSCALL_NUMBERS / 64; i++)
		any = set->bits[i];
	return !any;
}

/* The numbers that entries are enough for.  All, or ascending up to what there
 * is room for. */
static size_t list_entries(const struct ct_syscall_tracing *tracing,
			   uint32_t ret[NUMBERS_MAX], bool *all)
{
	size_t count = 0;
	*all = tracing->entries.all && !tracing->stops.all;
	for (uint32_t i = 0; i < CT_SYSCALL_NUMBERS; i++)
		if (ct_syscall_set_has(&tracing->entries, i) &&
		    !ct_syscall_set_has(&tracing->stops, i))
			ret[count++] = i;
	for (size_t i = 0; i < tracing->entries.other_count; i++)
		if (!ct_syscall_set_has(&tracing->stops,
					tracing->entries.others[i]))
			ret[count++] = (uint32_t)tracing->entries.others[i];
	return count;
}

/* Forms and filters, made where debug information can be read. */

static void prepare_form(void *arg, const struct ct_syscall_form *form)
{
	struct ct_syscall_tracing *tracing = arg;
	for (uint64_t left = tracing->active; left; left &= left - 1) {
		const struct ct_wish *wish =
		    &tracing->wishes[__builtin_ctzll(left)];
		if (wish->filter &&
		    ct_syscall_set_has(&wish->set, form->number))
			ct_syscall_filter_prepare(wish->filter, form);
	}
	for (size_t i = 0; i < tracing->answer_count; i++) {
		const struct ct_syscall_answer *answer = &tracing->answers[i];
		if (answer->id && answer->filter &&
		    answer->form->number == form->number)
			ct_syscall_filter_prepare(answer->filter, form);
	}
}

static struct ct_error *prepare(struct ct_syscall_tracing *tracing)
{
	uint32_t numbers[NUMBERS_MAX];
	bool all;
	size_t count = list_entries(tracing, numbers, &all);
	struct ct_error *err = NULL;
	for (size_t i = 0; !err && i < count; i++)
		err = ct_syscalls_each_form(tracing->syscalls, numbers[i],
					    prepare_form, tracing);
	return err;
}

void ct_session_sort_syscalls(struct ct_session *session)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	sort_numbers(tracing);
	if (!tracing->notifiers)
		return;
	struct ct_error *err = prepare(tracing);
	if (err)
		ct_session_complain(session, err);
	for (struct ct_syscall_notifier *each = tracing->notifiers; each;
	     each = each->next)
		ct_notify_set_quiet(each->notify, is_empty(&tracing->entries));
}

struct ct_error *ct_session_choose_syscall_engine(struct ct_session *session,
						  enum ct_syscall_engine engine)
{
	struct ct_error *err = ct_session_open_syscalls(session);
	if (err)
		return err;
	ct_syscalls_lock(session->syscalls);
	session->syscalls->engine = engine;
	ct_session_sort_syscalls(session);
	ct_syscalls_unlock(session->syscalls);
	return NULL;
}

/* What is left for stops. */

static void subtract(struct ct_syscall_set *from,
		     const struct ct_syscall_set *set)
{
	if (set->all) {
		*from = (struct ct_syscall_set){0};
		return;
	}
	/* All but some would be a long list: those are passed over. */
	for (size_t i = 0; i < CT_SYSCALL_NUMBERS / 64; i++)
		from->bits[i] &= ~set->bits[i];
	size_t kept = 0;
	for (size_t i = 0; i < from->other_count; i++)
		if (!ct_syscall_set_has(set, from->others[i]))
			from->others[kept++] = from->others[i];
	from->other_count = kept;
}

void ct_syscall_find_stops(const struct ct_syscall_tracing *tracing, pid_t pid,
			   struct ct_syscall_set *ret)
{
	const struct ct_syscall_notifier *notifier =
	    pid ? find_notifier(tracing, pid) : NULL;
	/* Before there is a process, it is not known whether it can have a
	 * filter. */
	*ret = (struct ct_syscall_set){0};
	if (pid)
		*ret = tracing->entries;
	if (notifier)
		subtract(ret, &notifier->set);
	ct_syscall_set_join(ret, &tracing->stops);
}

/* Notifiers. */

bool ct_session_can_notify(struct ct_session *session, pid_t pid)
{
	const struct ct_syscall_tracing *tracing = session->syscalls;
	uint32_t numbers[NUMBERS_MAX];
	bool all;
	return tracing && !find_notifier(tracing, pid) &&
	       list_entries(tracing, numbers, &all);
}

static void free_notifier(struct ct_syscall_notifier *notifier)
{
	if (!notifier)
		return;
	ct_notify_destroy(notifier->notify);
	free(notifier->whole);
	free(notifier->pids);
	free(notifier);
}

static struct ct_error *create_notifier(struct ct_session *session, pid_t pid,
					struct ct_syscall_notifier **ret)
{
	struct ct_syscall_notifier *notifier = calloc(1, sizeof(*notifier));
	if (!notifier)
		return &ct_enomem;
	notifier->session = session;
	notifier->whole = malloc(CT_CAPTURE_SIZE);
	notifier->pids = malloc(sizeof(pid));
	if (!notifier->whole || !notifier->pids) {
		free_notifier(notifier);
		return &ct_enomem;
	}
	notifier->pids[0] = pid;
	notifier->pid_count = 1;
	*ret = notifier;
	return NULL;
}

/* What the filter asks for; it is prepared. */
static struct ct_error *choose_numbers(struct ct_syscall_tracing *tracing,
				       struct ct_syscall_notifier *notifier,
				       uint32_t ret[NUMBERS_MAX], size_t *count)
{
	bool all;
	*count = list_entries(tracing, ret, &all);
	struct ct_error *err = prepare(tracing);
	for (size_t i = 0; !err && i < *count; i++)
		err = ct_syscall_set_add_number(&notifier->set, ret[i]);
	notifier->set.all = all;
	if (all) {
		ret[0] = CT_NOTIFY_EVERY;
		*count = 1;
	}
	return err;
}

struct ct_error *ct_session_notify_syscalls(struct ct_session *session,
					    pid_t pid, pid_t tid,
					    bool refuses_no_new_privs,
					    uint32_t *id)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	struct ct_syscall_notifier *notifier;
	uint32_t numbers[NUMBERS_MAX];
	size_t count;
	struct ct_error *err = create_notifier(session, pid, &notifier);
	if (err)
		return err;
	ct_syscalls_lock(tracing);
	err = choose_numbers(tracing, notifier, numbers, &count);
	ct_syscalls_unlock(tracing);
	const struct ct_notify_options options = {
	    .decide = ct_syscall_decide,
	    .arg = notifier,
	    .refuses_no_new_privs = refuses_no_new_privs,
	};
	if (!err)
		err = ct_notify_start(pid, tid, numbers, count, &options,
				      &notifier->notify);
	if (err) {
		free_notifier(notifier);
		return err;
	}
	ct_syscalls_lock(tracing);
	*id = notifier->id = tracing->next_id++;
	notifier->next = tracing->notifiers;
	tracing->notifiers = notifier;
	ct_syscalls_unlock(tracing);
	return NULL;
}

int ct_session_wake_fd(struct ct_session *session, uint32_t id)
{
	const struct ct_syscall_notifier *each =
	    session->syscalls ? session->syscalls->notifiers : NULL;
	while (each && each->id != id)
		each = each->next;
	return each ? ct_notify_wake_fd(each->notify) : -1;
}

bool ct_session_has_lost_privileges(struct ct_session *session, pid_t pid)
{
	struct ct_syscall_notifier *notifier =
	    find_notifier(session->syscalls, pid);
	struct ct_notify_counts counts = {0};
	if (notifier)
		ct_notify_get_counts(notifier->notify, &counts);
	return counts.no_new_privs;
}

bool ct_session_is_notifying(struct ct_session *session, pid_t pid)
{
	return find_notifier(session->syscalls, pid);
}

void ct_session_notify_child(struct ct_session *session, pid_t parent,
			     pid_t child)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	struct ct_syscall_notifier *notifier = find_notifier(tracing, parent);
	if (!notifier || ct_syscall_notifier_has(notifier, child))
		return;
	ct_syscalls_lock(tracing);
	pid_t *bigger = reallocarray(notifier->pids, notifier->pid_count + 1,
				     sizeof(*bigger));
	if (bigger) {
		notifier->pids = bigger;
		bigger[notifier->pid_count++] = child;
	}
	ct_syscalls_unlock(tracing);
}

void ct_session_end_notifying(struct ct_session *session, pid_t pid)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	struct ct_syscall_notifier *notifier = find_notifier(tracing, pid);
	if (!notifier)
		return;
	ct_session_drain_notified(session, true);
	ct_syscalls_lock(tracing);
	size_t kept = 0;
	for (size_t i = 0; i < notifier->pid_count; i++)
		if (notifier->pids[i] != pid)
			notifier->pids[kept++] = notifier->pids[i];
	notifier->pid_count = kept;
	struct ct_syscall_notifier **at = &tracing->notifiers;
	while (*at != notifier)
		at = &(*at)->next;
	if (!kept)
		*at = notifier->next;
	ct_syscalls_unlock(tracing);
	/* Its thread may want the lock before it ends. */
	if (!kept)
		free_notifier(notifier);
}

void ct_session_forget_notifiers(struct ct_session *session)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	while (tracing->notifiers) {
		struct ct_syscall_notifier *first = tracing->notifiers;
		ct_syscalls_lock(tracing);
		tracing->notifiers = first->next;
		ct_syscalls_unlock(tracing);
		free_notifier(first);
	}
}

/* The kernel's word that it makes a call again is in rax, when a debugger has
 * stopped the thread in it: what comes then was counted.  It may not have been
 * if the signal came while the kernel waited for us to take it: that wait ends
 * with ERESTARTSYS (kernel/seccomp.c: seccomp_do_user_notification). */
static void expect_again(struct ct_syscall_tracing *tracing,
			 struct ct_syscall_notifier *notifier, pid_t tid)
{
	struct ct_syscall_stop at;
	bool again;
	struct ct_error *err = ct_process_read_interrupted(tid, &at, &again);
	if (err || !again) {
		ct_error_destroy(err);
		return;
	}
	struct ct_notify_call call = {
	    .addr = at.pc, .tid = tid, .number = (uint32_t)at.number};
	memcpy(call.args, at.args, sizeof(call.args));
	if (ct_syscall_notifier_serves(tracing, notifier, at.number))
		ct_notify_expect(notifier->notify, &call,
				 at.result == -ERESTARTSYS);
}

void ct_session_find_interrupted(struct ct_session *session, pid_t pid)
{
	struct ct_syscall_notifier *notifier =
	    find_notifier(session->syscalls, pid);
	pid_t *tids = NULL;
	size_t count = 0;
	if (!notifier || is_empty(&session->syscalls->entries))
		return;
	ct_error_destroy(ct_process_read_tids(pid, &tids, &count));
	for (size_t i = 0; i < count; i++)
		expect_again(session->syscalls, notifier, tids[i]);
	free(tids);
}

static void describe(const struct ct_syscall_tracing *tracing,
		     const struct ct_syscall_notifier *notifier,
		     struct ct_buffer *out)
{
	size_t count = 0;
	for (uint32_t i = 0; i < CT_SYSCALL_NUMBERS; i++)
		count += ct_syscall_notifier_serves(tracing, notifier, i);
	for (size_t i = 0; i < tracing->entries.other_count; i++)
		count += ct_syscall_notifier_serves(tracing, notifier,
						    tracing->entries.others[i]);
	bool all = notifier->set.all && tracing->entries.all;
	ct_buffer_puts(out, "notify: GDB is asked at the entries of ");
	if (all)
		ct_buffer_puts(out,
			       tracing->stops.all || !is_empty(&tracing->stops)
				   ? "all other system calls"
				   : "all system calls");
	else
		ct_buffer_printf(out, "%zu system call%s", count,
				 count == 1 ? "" : "s");
	ct_buffer_printf(out, " of process%s",
			 notifier->pid_count == 1 ? "" : "es");
	for (size_t i = 0; i < notifier->pid_count; i++)
		ct_buffer_printf(out, "%s %d", i ? "," : "",
				 (int)notifier->pids[i]);
	ct_buffer_puts(out, ": ");
	char *text = ct_notify_describe(notifier->notify);
	for (const char *at = text; at && *at; at++) {
		ct_buffer_putc(out, *at);
		if (*at == '\n' && at[1])
			ct_buffer_puts(out, "  ");
	}
	free(text);
}

char *ct_session_describe_notifying(struct ct_session *session)
{
	const struct ct_syscall_tracing *tracing = session->syscalls;
	struct ct_buffer out = {0};
	ct_buffer_puts(&out, "");
	for (const struct ct_syscall_notifier *each =
		 tracing ? tracing->notifiers : NULL;
	     each; each = each->next)
		describe(tracing, each, &out);
	return ct_buffer_take_string(&out);
}
