/* SPDX-License-Identifier: MIT */
/*
 * What is done to system calls.  A call that is answered becomes no call at
 * its entry, with the result in place: nothing is left for its exit.  One that
 * is delayed becomes a nanosleep first, so that nobody else waits; its
 * arguments lie below the red zone of the thread's stack (psABI, 3.2.2), where
 * nothing is kept.  When that ends, the thread has the answer, or goes back to
 * the instruction and makes its call.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/ucontext.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "session/output.h"
#include "session/syscalls.h"

enum {
	NR_NANOSLEEP = 35,
	RED_ZONE = 128,
	SYSCALL_SIZE = 2, /* of the instruction */
};

#define NS_PER_SECOND UINT64_C(1000000000)

static struct ct_error *keep_text(struct ct_session *session, const char *text,
				  const char **ret)
{
	*ret = text ? ct_arena_strdup(&session->arena, text) : NULL;
	return text && !*ret ? &ct_enomem : NULL;
}

static struct ct_error *find_argument(const struct ct_syscall_answer *answer,
				      const char *name, size_t *ret)
{
	const struct ct_signature *signature = answer->form->signature;
	char *end;
	unsigned long position = strtoul(name, &end, 10);
	if (*name && !*end && position < signature->count) {
		*ret = position;
		return NULL;
	}
	struct ct_buffer its = {0};
	for (size_t i = 0; i < signature->count; i++) {
		*ret = i;
		if (!strcmp(signature->parameters[i].name, name)) {
			ct_buffer_deinit(&its);
			return NULL;
		}
		ct_buffer_printf(&its, "%s%s", i ? ", " : "; it has ",
				 signature->parameters[i].name);
	}
	CT_AUTO_FREE char *text = ct_buffer_take_string(&its);
	return ct_error_format(CT_ERROR_BAD_ARGUMENT,
			       "%s: there is no parameter '%s'%s",
			       answer->form->name, name, text ? text : "");
}

static struct ct_error *fill_arguments(const struct ct_syscall_mock *mock,
				       struct ct_syscall_answer *answer)
{
	if (mock->argument_count > CT_SYSCALL_ARGS)
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "more than %d arguments",
				       CT_SYSCALL_ARGS);
	for (size_t i = 0; i < mock->argument_count; i++) {
		struct ct_error *err =
		    find_argument(answer, mock->arguments[i].parameter,
				  &answer->arguments[i].index);
		if (err)
			return err;
		answer->arguments[i].value = mock->arguments[i].value;
		answer->argument_count = i + 1;
	}
	return NULL;
}

static struct ct_error *fill_outs(struct ct_session *session,
				  const struct ct_syscall_mock *mock,
				  struct ct_syscall_answer *answer)
{
	struct ct_watch like = {
	    .function = answer->form->name,
	    .signature = answer->form->signature,
	    .plan = answer->form->plan,
	    .type = answer->form->type,
	    .source = CT_PROTOTYPE_DEFINITION,
	};
	const struct ct_mock_options options = {.out_count = mock->out_count,
						.out = mock->out};
	answer->plan = answer->form->plan;
	struct ct_error *err =
	    ct_session_keep_options(session, &options, &answer->outs.options);
	if (!err)
		err = ct_watch_prepare_outs(session, &like, &options,
					    &answer->outs);
	for (size_t i = 0; !err && i < answer->outs.write_count; i++)
		if (answer->outs.writes[i]
			.literal.relocations[0]
			.pointee.relocation_count)
			err = ct_error_format(CT_ERROR_UNSUPPORTED,
					      "out: %s: no place for what "
					      "pointers in it lead to",
					      mock->out[i].parameter);
	return err ? ct_error_prefix(err, "%s", answer->form->name) : NULL;
}

static struct ct_error *fill_mask(struct ct_session *session, const char *calls,
				  struct ct_syscall_answer *answer)
{
	struct ct_mask_text text = {0};
	struct ct_error *err = ct_mask_parse(calls, &text);
	if (err)
		return err;
	answer->mask = ct_mask_place(session->region, 0, &text);
	ct_mask_text_deinit(&text);
	return answer->mask ? NULL
			    : ct_error_format(CT_ERROR_NO_MEMORY,
					      "the shared region is full");
}

static struct ct_error *find_form(struct ct_session *session, const char *name,
				  struct ct_syscall_set *set,
				  const struct ct_syscall_form **ret)
{
	static const uint64_t args[CT_SYSCALL_ARGS];
	uint64_t number;
	if (*name == '%')
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "'%s' is a group; a mock is for one "
				       "system call",
				       name);
	struct ct_error *err = ct_syscall_set_add(set, name, &number);
	return err ? err
		   : ct_syscalls_form(session->syscalls->syscalls, number, args,
				      ret);
}

static struct ct_error *fill(struct ct_session *session,
			     const struct ct_syscall_mock *mock,
			     struct ct_syscall_answer *answer)
{
	struct ct_syscall_set set = {0};
	answer->how = *mock;
	struct ct_error *err =
	    find_form(session, mock->name, &set, &answer->form);
	if (!err)
		err = keep_text(session, mock->filter, &answer->how.filter);
	if (!err)
		err = keep_text(session, mock->calls, &answer->how.calls);
	if (!err)
		err = fill_arguments(mock, answer);
	if (!err && mock->out_count)
		err = fill_outs(session, mock, answer);
	if (!err && mock->calls)
		err = fill_mask(session, mock->calls, answer);
	if (!err && mock->filter)
		err = ct_syscall_filter_create(mock->filter, false,
					       &answer->filter);
	if (!err && mock->filter)
		err = ct_syscall_filter_check(session, answer->filter, &set,
					      false);
	return err;
}

static void forget_answer(struct ct_syscall_answer *answer)
{
	ct_syscall_filter_destroy(answer->filter);
	ct_mock_entry_deinit(&answer->outs);
	answer->filter = NULL;
	answer->id = 0;
}

static struct ct_error *add_answer(struct ct_session *session,
				   const struct ct_syscall_mock *mock,
				   uint32_t *id)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	struct ct_syscall_answer *bigger = reallocarray(
	    tracing->answers, tracing->answer_count + 1, sizeof(*bigger));
	if (!bigger)
		return &ct_enomem;
	tracing->answers = bigger;
	struct ct_syscall_answer answer = {0};
	struct ct_error *err = fill(session, mock, &answer);
	if (err) {
		forget_answer(&answer);
		return err;
	}
	*id = answer.id = session->next_mock_id++;
	bigger[tracing->answer_count++] = answer;
	ct_session_sort_syscalls(session);
	return NULL;
}

struct ct_error *ct_session_mock_syscall(struct ct_session *session,
					 const struct ct_syscall_mock *mock,
					 uint32_t *id)
{
	struct ct_error *err = ct_session_open_syscalls(session);
	if (err)
		return err;
	ct_syscalls_lock(session->syscalls);
	err = add_answer(session, mock, id);
	ct_syscalls_unlock(session->syscalls);
	return err;
}

/* Calls under way may have theirs still: places stay until no call is. */
static void clear_answers(struct ct_session *session, uint32_t id)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	bool left = false;
	for (size_t i = 0; tracing && i < tracing->answer_count; i++) {
		if (!id || tracing->answers[i].id == id)
			forget_answer(&tracing->answers[i]);
		left |= tracing->answers[i].id != 0;
	}
	bool busy = false;
	if (tracing && !left)
		for (struct ct_syscall_thread *each = tracing->threads; each;
		     each = each->hh.next)
			busy |= each->call.answer || each->interrupted_count;
	if (tracing && !left && !busy)
		tracing->answer_count = 0;
	if (tracing)
		ct_session_sort_syscalls(session);
}

void ct_session_clear_syscall_mocks(struct ct_session *session, uint32_t id)
{
	ct_syscalls_lock(session->syscalls);
	clear_answers(session, id);
	ct_syscalls_unlock(session->syscalls);
	ct_session_drain_notified(session, true);
}

void ct_session_forget_answers(struct ct_session *session)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	for (size_t i = 0; i < tracing->answer_count; i++)
		forget_answer(&tracing->answers[i]);
	free(tracing->answers);
	tracing->answers = NULL;
	tracing->answer_count = 0;
}

static bool is_asked(struct ct_session *session,
		     const struct ct_syscall_answer *answer,
		     const struct ct_record *record)
{
	struct ct_buffer text = {0};
	if (!answer->how.asks)
		return true;
	if (!session->judge)
		return false;
	struct ct_call_event event = ct_session_event(session, record);
	struct ct_error *err = ct_python_args(&event, &text);
	CT_AUTO_FREE char *arguments = ct_buffer_take_string(&text);
	if (err) {
		ct_session_trouble(session, err);
		return false;
	}
	return arguments &&
	       session->judge(session->judge_arg, answer->id, arguments);
}

struct ct_syscall_answer *ct_session_find_answer(
    struct ct_session *session, const struct ct_syscall_form *form,
    const struct ct_record *record, const struct ct_memory *memory)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	for (size_t i = 0; i < tracing->answer_count; i++) {
		struct ct_syscall_answer *answer = &tracing->answers[i];
		if (!answer->id || answer->form->number != form->number ||
		    (answer->how.times && answer->used >= answer->how.times))
			continue;
		if (ct_syscall_filter_run(session, answer->filter, form, record,
					  memory,
					  answer->seen + 1) != CT_VERDICT_YES ||
		    !is_asked(session, answer, record))
			continue;
		answer->seen++;
		if (answer->mask &&
		    !ct_mask_take(ct_region_at(session->region, answer->mask)))
			continue;
		answer->used++;
		return answer;
	}
	return NULL;
}

struct ct_error *ct_syscall_answer_write(
    const struct ct_syscall_answer *answer,
    const uint64_t args[CT_SYSCALL_ARGS],
    struct ct_error *(*write)(void *arg, uint64_t addr, const void *data,
			      size_t size),
    void *arg)
{
	for (size_t i = 0; i < answer->outs.write_count; i++) {
		const struct ct_mock_write *out = &answer->outs.writes[i];
		const struct ct_literal *written =
		    &out->literal.relocations[0].pointee;
		size_t size = written->size - (out->exact && written->size);
		uint64_t addr = args[out->index];
		if (!addr)
			continue;
		struct ct_error *err = write(arg, addr, written->bytes, size);
		if (err)
			return ct_error_prefix(
			    err, "out: %s",
			    answer->outs.options.out[i].parameter);
	}
	return NULL;
}

static struct ct_error *write_process(void *arg, uint64_t addr,
				      const void *data, size_t size)
{
	return ct_process_write(*(const pid_t *)arg, addr, data, size);
}

/* Arguments of the call in the program's memory. */
static struct ct_error *write_outs(const struct ct_syscall_answer *answer,
				   pid_t pid, const uint64_t *args)
{
	return ct_syscall_answer_write(answer, args, write_process, &pid);
}

static struct ct_error *sleep_first(const struct ct_syscall_answer *answer,
				    pid_t pid, pid_t tid,
				    struct ct_syscall_call *call)
{
	const uint64_t duration[2] = {answer->how.delay_ns / NS_PER_SECOND,
				      answer->how.delay_ns % NS_PER_SECOND};
	uint64_t at = (call->sp - RED_ZONE - sizeof(duration)) & ~15ull;
	const struct ct_syscall_change change = {
	    .what = CT_SYSCALL_SET_NUMBER | CT_SYSCALL_SET_ARGS,
	    .number = NR_NANOSLEEP,
	    .args = {at, 0, call->args[2], call->args[3], call->args[4],
		     call->args[5]},
	};
	struct ct_error *err =
	    ct_process_write(pid, at, duration, sizeof(duration));
	if (!err)
		err = ct_process_change_syscall(tid, &change);
	if (!err)
		call->state = CT_CALL_SLEEPS;
	return err;
}

static struct ct_error *set_arguments(const struct ct_syscall_answer *answer,
				      pid_t tid, struct ct_syscall_call *call)
{
	struct ct_syscall_change change = {.what = CT_SYSCALL_SET_ARGS};
	memcpy(change.args, call->args, sizeof(change.args));
	for (size_t i = 0; i < answer->argument_count; i++)
		change.args[answer->arguments[i].index] =
		    answer->arguments[i].value;
	memcpy(call->sent, change.args, sizeof(call->sent));
	call->changed = true;
	return ct_process_change_syscall(tid, &change);
}

struct ct_error *ct_syscall_answer_enter(const struct ct_syscall_answer *answer,
					 pid_t pid, pid_t tid,
					 struct ct_syscall_call *call)
{
	bool slept = call->state == CT_CALL_AGAIN;
	call->state = CT_CALL_MADE;
	if (answer->how.delay_ns && !slept)
		return sleep_first(answer, pid, tid, call);
	if (!answer->how.returns) {
		/* What is written, is when the call has returned. */
		call->changed = answer->outs.write_count > 0;
		return answer->argument_count ? set_arguments(answer, tid, call)
					      : NULL;
	}
	const struct ct_syscall_change change = {
	    .what = CT_SYSCALL_SET_NUMBER | CT_SYSCALL_SET_RESULT,
	    .number = ~0ull,
	    .result = answer->how.result,
	};
	struct ct_error *err = write_outs(answer, pid, call->args);
	if (!err)
		err = ct_process_change_syscall(tid, &change);
	if (!err)
		call->state = CT_CALL_ANSWERED;
	return err;
}

/* The registers that the thread will have when a handler has returned. */
static struct ct_error *change_frame(pid_t pid, uint64_t frame,
				     const struct ct_syscall_change *change)
{
	static const uint8_t places[CT_SYSCALL_ARGS] = {
	    REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9};
	uint64_t pc;
	struct ct_error *err = NULL;
	for (size_t i = 0; !err && i < CT_SYSCALL_ARGS; i++)
		err = ct_process_write_slot(pid, frame + places[i] * 8,
					    change->args[i]);
	if (!err && change->what & CT_SYSCALL_SET_RESULT)
		err = ct_process_write_slot(pid, frame + REG_RAX * 8,
					    (uint64_t)change->result);
	if (err || !(change->what & CT_SYSCALL_AGAIN))
		return err;
	err = ct_process_read_slot(pid, frame + REG_RIP * 8, &pc);
	return err ? err
		   : ct_process_write_slot(pid, frame + REG_RIP * 8,
					   pc - SYSCALL_SIZE);
}

struct ct_error *ct_syscall_answer_leave(const struct ct_syscall_answer *answer,
					 pid_t pid, pid_t tid,
					 struct ct_syscall_call *call,
					 bool *over, int64_t *result)
{
	struct ct_syscall_change change = {.what = CT_SYSCALL_SET_ARGS};
	bool slept = call->state == CT_CALL_SLEEPS;
	bool again = slept && !answer->how.returns;
	memcpy(change.args, call->args, sizeof(change.args));
	struct ct_error *err = NULL;
	if (slept) {
		change.what |= CT_SYSCALL_SET_RESULT;
		change.result = answer->how.result;
	}
	if (again) {
		change.what |= CT_SYSCALL_AGAIN;
		change.result = (int64_t)call->number;
		call->state = CT_CALL_AGAIN;
	} else {
		err = write_outs(answer, pid, call->args);
	}
	if (slept && !again) {
		*result = answer->how.result;
		if (call->record)
			call->record->outcome = CT_OUTCOME_MOCKED;
	}
	*over = !again;
	struct ct_error *changed =
	    call->frame ? change_frame(pid, call->frame, &change)
			: ct_process_change_syscall(tid, &change);
	if (err)
		ct_error_destroy(changed);
	return err ? err : changed;
}

bool ct_session_answers_are_simple(const struct ct_session *session)
{
	const struct ct_syscall_tracing *tracing = session->syscalls;
	for (size_t i = 0; tracing && i < tracing->answer_count; i++) {
		const struct ct_syscall_answer *answer = &tracing->answers[i];
		if (answer->id &&
		    (!answer->how.returns || answer->argument_count ||
		     ct_syscall_filter_needs_stops(answer->filter)))
			return false;
	}
	return true;
}

void ct_session_count_answers(const struct ct_session *session, uint32_t *ret,
			      size_t capacity)
{
	const struct ct_syscall_tracing *tracing = session->syscalls;
	for (size_t i = 0; tracing && i < tracing->answer_count; i++)
		if (tracing->answers[i].id && tracing->answers[i].id < capacity)
			ret[tracing->answers[i].id] = tracing->answers[i].used;
}

static bool is_missed(const struct ct_syscall_answer *answer)
{
	return answer->id && answer->how.required && !answer->used;
}

size_t ct_session_unused_answers(const struct ct_session *session)
{
	const struct ct_syscall_tracing *tracing = session->syscalls;
	size_t unused = 0;
	for (size_t i = 0; tracing && i < tracing->answer_count; i++)
		unused += is_missed(&tracing->answers[i]);
	return unused;
}

static void put_result(const struct ct_syscall_mock *how, struct ct_buffer *out)
{
	const char *name =
	    how->result < 0 ? strerrorname_np((int)-how->result) : NULL;
	if (!how->returns)
		return;
	if (ct_syscall_error(how->result) && name)
		ct_buffer_printf(out, " = -1 %s", name);
	else
		ct_buffer_printf(out, " = %lld", (long long)how->result);
}

void ct_session_report_answers(const struct ct_session *session, bool unused,
			       struct ct_buffer *out)
{
	const struct ct_syscall_tracing *tracing = session->syscalls;
	for (size_t i = 0; tracing && i < tracing->answer_count; i++) {
		const struct ct_syscall_answer *answer = &tracing->answers[i];
		const struct ct_syscall_mock *how = &answer->how;
		if (!answer->id || (unused && !is_missed(answer)))
			continue;
		ct_buffer_printf(out, "%u  system call %s", answer->id,
				 answer->form->name);
		put_result(how, out);
		for (size_t j = 0; j < answer->argument_count; j++)
			ct_buffer_printf(
			    out, ", with %s = %lld",
			    answer->form->signature
				->parameters[answer->arguments[j].index]
				.name,
			    (long long)answer->arguments[j].value);
		if (how->delay_ns)
			ct_buffer_printf(out, ", after %g s",
					 (double)how->delay_ns / 1e9);
		if (how->filter)
			ct_buffer_printf(out, ", when %s", how->filter);
		if (how->calls)
			ct_buffer_printf(out, ", calls %s", how->calls);
		ct_buffer_printf(out, ": used %u", answer->used);
		if (how->times)
			ct_buffer_printf(out, " of %u", how->times);
		else
			ct_buffer_printf(out, " time%s",
					 answer->used == 1 ? "" : "s");
		ct_buffer_puts(out, how->required ? "\n" : ", optional\n");
	}
}
