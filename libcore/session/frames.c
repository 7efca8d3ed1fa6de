/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "session/frames.h"

/*
 * Two stack pointers further apart than this are on two stacks: a signal
 * stack, a coroutine.  Then nothing is known about who was left behind.
 */
static const uint64_t STACK_SPAN = 8 * 1024 * 1024;

struct thread_frames {
	pid_t tid;
	struct ct_frame *frames;
	size_t count, capacity;
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

/* Below sp on the same stack: popped, whether it returned or not. */
static bool is_below(const struct ct_frame *frame, uint64_t sp)
{
	return frame->entry_sp < sp && sp - frame->entry_sp < STACK_SPAN;
}

bool ct_frames_pop(struct ct_frames *frames, pid_t tid, uint64_t address,
		   uint64_t sp, struct ct_frame *ret, bool *returned)
{
	struct thread_frames *thread = find_thread(frames, tid);
	if (!thread || !ct_frames_await(frames, tid, address, sp))
		return false;
	for (size_t i = thread->count; i-- > 0;) {
		*returned = is_return_of(&thread->frames[i], address, sp);
		if (*returned || is_below(&thread->frames[i], sp)) {
			take(thread, i, ret);
			return true;
		}
	}
	return false;
}

bool ct_frames_pop_left(struct ct_frames *frames, pid_t tid, uint64_t entry_sp,
			struct ct_frame *ret)
{
	struct thread_frames *thread = find_thread(frames, tid);
	if (!thread || !thread->count)
		return false;
	/* A tail call enters with the same place: only what is below it. */
	size_t newest = thread->count - 1;
	if (!is_below(&thread->frames[newest], entry_sp))
		return false;
	take(thread, newest, ret);
	return true;
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
