/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "session/frames.h"

enum {
	STEPS_MAX = 4
};

/* The registers at a breakpoint that is being stepped over. */
struct step {
	uint64_t gpr[CT_REG_GENERAL_COUNT];
};

struct thread_frames {
	pid_t tid;
	struct ct_frame *frames;
	size_t count, capacity;
	bool stack_known; /* as far as it can be */
	uint64_t stack_low, stack_high;
	struct step steps[STEPS_MAX]; /* the newest first */
	size_t step_count;
	struct ct_meeting last;
	UT_hash_handle hh;
};

struct ct_frames {
	struct thread_frames *threads;
};

struct ct_frames *ct_frames_create(void)
{
	return calloc(1, sizeof(struct ct_frames));
}

static void drop_thread(struct ct_frames *frames, struct thread_frames *thread)
{
	HASH_DEL(frames->threads, thread);
	for (size_t i = 0; i < thread->count; i++)
		free(thread->frames[i].record);
	free(thread->frames);
	free(thread);
}

void ct_frames_destroy(struct ct_frames *frames)
{
	if (!frames)
		return;
	while (frames->threads)
		drop_thread(frames, frames->threads);
	free(frames);
}

static struct thread_frames *find_thread(const struct ct_frames *frames,
					 pid_t tid)
{
	struct thread_frames *thread;
	HASH_FIND(hh, frames->threads, &tid, sizeof(tid), thread);
	return thread;
}

static struct thread_frames *get_thread(struct ct_frames *frames, pid_t tid)
{
	struct thread_frames *thread = find_thread(frames, tid);
	if (thread)
		return thread;
	thread = calloc(1, sizeof(*thread));
	if (!thread)
		return NULL;
	thread->tid = tid;
	HASH_ADD(hh, frames->threads, tid, sizeof(tid), thread);
	return thread;
}

void ct_frames_each(const struct ct_frames *frames,
		    void (*visit)(void *arg, const struct ct_frame *frame),
		    void *arg)
{
	for (const struct thread_frames *thread = frames->threads; thread;
	     thread = thread->hh.next)
		for (size_t i = 0; i < thread->count; i++)
			visit(arg, &thread->frames[i]);
}

bool ct_frames_knows_stack(const struct ct_frames *frames, pid_t tid)
{
	const struct thread_frames *thread = find_thread(frames, tid);
	return thread && thread->stack_known;
}

bool ct_frames_get_stack(const struct ct_frames *frames, pid_t tid,
			 uint64_t *low, uint64_t *high)
{
	const struct thread_frames *thread = find_thread(frames, tid);
	if (!thread || !thread->stack_known)
		return false;
	*low = thread->stack_low;
	*high = thread->stack_high;
	return true;
}

void ct_frames_set_stack(struct ct_frames *frames, pid_t tid, uint64_t low,
			 uint64_t high)
{
	struct thread_frames *thread = get_thread(frames, tid);
	if (!thread)
		return;
	thread->stack_known = true;
	thread->stack_low = low;
	thread->stack_high = high;
}

struct ct_error *ct_frames_push(struct ct_frames *frames, pid_t tid,
				struct ct_frame frame)
{
	struct thread_frames *thread = get_thread(frames, tid);
	if (!thread)
		return &ct_enomem;
	if (thread->count == thread->capacity) {
		size_t capacity = thread->capacity ? thread->capacity * 2 : 16;
		struct ct_frame *bigger =
		    reallocarray(thread->frames, capacity, sizeof(*bigger));
		if (!bigger)
			return &ct_enomem;
		thread->frames = bigger;
		thread->capacity = capacity;
	}
	thread->frames[thread->count++] = frame;
	return NULL;
}

size_t ct_frames_depth(const struct ct_frames *frames, pid_t tid)
{
	const struct thread_frames *thread = find_thread(frames, tid);
	return thread ? thread->count : 0;
}

static bool is_return_of(const struct ct_frame *frame, uint64_t address,
			 uint64_t sp)
{
	return frame->return_address == address && frame->entry_sp + 8 == sp;
}

bool ct_frames_await(const struct ct_frames *frames, pid_t tid,
		     uint64_t return_address, uint64_t sp)
{
	const struct thread_frames *thread = find_thread(frames, tid);
	for (size_t i = thread ? thread->count : 0; i-- > 0;)
		if (is_return_of(&thread->frames[i], return_address, sp))
			return true;
	return false;
}

static void take(struct thread_frames *thread, size_t index,
		 struct ct_frame *ret)
{
	*ret = thread->frames[index];
	thread->count--;
	memmove(&thread->frames[index], &thread->frames[index + 1],
		(thread->count - index) * sizeof(*ret));
}

static bool is_on_stack(const struct thread_frames *thread, uint64_t sp)
{
	return sp >= thread->stack_low && sp < thread->stack_high;
}

/* Below sp on the same stack: popped, whether it returned or not. */
static bool is_below(const struct thread_frames *thread,
		     const struct ct_frame *frame, uint64_t sp)
{
	return frame->entry_sp < sp && is_on_stack(thread, sp) &&
	       is_on_stack(thread, frame->entry_sp);
}

/* Its return address is no longer where the call put it. */
static bool is_overwritten(const struct ct_frame *frame,
			   const struct ct_memory *memory)
{
	uint64_t now;
	return memory->read(memory->arg, frame->entry_sp, &now, sizeof(now)) <
		   sizeof(now) ||
	       now != frame->return_address;
}

bool ct_frames_pop(struct ct_frames *frames, pid_t tid, uint64_t address,
		   uint64_t sp, struct ct_frame *ret, bool *returned)
{
	struct thread_frames *thread = find_thread(frames, tid);
	if (!thread || !ct_frames_await(frames, tid, address, sp))
		return false;
	for (size_t i = thread->count; i-- > 0;) {
		*returned = is_return_of(&thread->frames[i], address, sp);
		if (*returned || is_below(thread, &thread->frames[i], sp)) {
			take(thread, i, ret);
			return true;
		}
	}
	return false;
}

bool ct_frames_pop_left(struct ct_frames *frames, pid_t tid, uint64_t entry_sp,
			const struct ct_memory *memory, struct ct_frame *ret)
{
	struct thread_frames *thread = find_thread(frames, tid);
	if (!thread || !thread->count)
		return false;
	for (size_t i = thread->count; i-- > 0;) {
		const struct ct_frame *frame = &thread->frames[i];
		bool on_stack = is_on_stack(thread, frame->entry_sp);
		/* A tail call enters with the same place: it is not below. */
		if (on_stack ? is_below(thread, frame, entry_sp)
			     : is_overwritten(frame, memory)) {
			take(thread, i, ret);
			return true;
		}
		/* Further up the stack there is nothing below either. */
		if (on_stack && is_on_stack(thread, entry_sp))
			return false;
	}
	return false;
}

void ct_frames_note_step(struct ct_frames *frames, pid_t tid,
			 const struct ct_regs *regs)
{
	struct thread_frames *thread = get_thread(frames, tid);
	if (!thread)
		return;
	/* The oldest is forgotten when handlers nest deeper than that. */
	memmove(&thread->steps[1], &thread->steps[0],
		sizeof(thread->steps) - sizeof(thread->steps[0]));
	memcpy(thread->steps[0].gpr, regs->gpr, sizeof(regs->gpr));
	if (thread->step_count < STEPS_MAX)
		thread->step_count++;
}

bool ct_frames_is_repeated(struct ct_frames *frames, pid_t tid,
			   const struct ct_regs *regs)
{
	struct thread_frames *thread = find_thread(frames, tid);
	for (size_t i = 0; thread && i < thread->step_count; i++)
		if (!memcmp(thread->steps[i].gpr, regs->gpr, sizeof(regs->gpr)))
			return true;
	return false;
}

void ct_frames_note_progress(struct ct_frames *frames, pid_t tid, uint64_t sp)
{
	struct thread_frames *thread = find_thread(frames, tid);
	size_t kept = 0;
	for (size_t i = 0; thread && i < thread->step_count; i++) {
		uint64_t at = thread->steps[i].gpr[CT_REG_RSP];
		if (sp < at ||
		    is_on_stack(thread, sp) != is_on_stack(thread, at))
			thread->steps[kept++] = thread->steps[i];
	}
	if (thread)
		thread->step_count = kept;
}

bool ct_frames_is_met(struct ct_frames *frames, pid_t tid,
		      const struct ct_meeting *meeting)
{
	struct thread_frames *thread = get_thread(frames, tid);
	if (!thread)
		return false;
	const struct ct_meeting *last = &thread->last;
	if (last->entry_sp == meeting->entry_sp &&
	    last->return_address == meeting->return_address &&
	    last->owner == meeting->owner && last->name != meeting->name)
		return true;
	thread->last = *meeting;
	return false;
}

void ct_frames_end_meeting(struct ct_frames *frames, pid_t tid)
{
	struct thread_frames *thread = find_thread(frames, tid);
	if (thread)
		thread->last = (struct ct_meeting){0};
}

static bool is_among(pid_t tid, const pid_t *tids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tids[i] == tid)
			return true;
	return false;
}

bool ct_frames_pop_dead(struct ct_frames *frames, pid_t pid, const pid_t *tids,
			size_t count, struct ct_frame *ret)
{
	struct thread_frames *thread, *next;
	HASH_ITER (hh, frames->threads, thread, next) {
		if (is_among(thread->tid, tids, count))
			continue;
		if (!thread->count) {
			drop_thread(frames, thread);
			continue;
		}
		if (thread->frames[thread->count - 1].record->pid != pid)
			continue;
		take(thread, thread->count - 1, ret);
		return true;
	}
	return false;
}

bool ct_frames_pop_since(struct ct_frames *frames, pid_t tid, uint64_t time_ns,
			 struct ct_frame *ret)
{
	struct thread_frames *thread = find_thread(frames, tid);
	if (!thread || !thread->count ||
	    thread->frames[thread->count - 1].record->time_ns < time_ns)
		return false;
	take(thread, thread->count - 1, ret);
	return true;
}
