/* SPDX-License-Identifier: MIT */
/* Which calls are still open: a stack of the thread's own at [0x10000,
 * 0x20000), and addresses elsewhere for signal stacks and coroutines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session/frames.h"

enum {
	TID = 7,
	SITE = 0x400100,
	LOW = 0x10000,
	HIGH = 0x20000,
	ELSEWHERE = 0x700000,
};

/* The program's memory: one word is another than the call left there. */
static uint64_t overwritten_at;

static size_t read_word(void *arg, uint64_t addr, void *buffer, size_t size)
{
	uint64_t word = addr == overwritten_at ? 1 : SITE;
	(void)arg;
	memcpy(buffer, &word, size);
	return size;
}

static const struct ct_memory memory = {read_word, NULL};

static struct ct_frames *new_frames(void)
{
	struct ct_frames *frames = ct_frames_create();
	assert_non_null(frames);
	assert_false(ct_frames_knows_stack(frames, TID));
	ct_frames_set_stack(frames, TID, LOW, HIGH);
	assert_true(ct_frames_knows_stack(frames, TID));
	overwritten_at = 0;
	return frames;
}

/* A call, named by the target of its record. */
static void push(struct ct_frames *frames, uint32_t name, uint64_t sp)
{
	struct ct_record *record = calloc(1, sizeof(*record));
	assert_non_null(record);
	record->target = name;
	assert_null(
	    ct_frames_push(frames, TID, (struct ct_frame){sp, SITE, record}));
}

/* What comes off when control is at SITE: the call, negative when it was
 * left; 0 for none. */
static int returned_at(struct ct_frames *frames, uint64_t sp)
{
	struct ct_frame frame;
	bool returned;
	if (!ct_frames_pop(frames, TID, SITE, sp, &frame, &returned))
		return 0;
	int name = (int)frame.record->target;
	free(frame.record);
	return returned ? name : -name;
}

static int left_at(struct ct_frames *frames, uint64_t sp)
{
	struct ct_frame frame;
	if (!ct_frames_pop_left(frames, TID, sp, &memory, &frame))
		return 0;
	int name = (int)frame.record->target;
	free(frame.record);
	return name;
}

static void return_is_known_by_place_and_address(void **state)
{
	(void)state;
	struct ct_frames *frames = new_frames();
	push(frames, 1, 0x18000);
	assert_int_equal(returned_at(frames, 0x18000), 0);
	assert_int_equal(returned_at(frames, 0x18010), 0);
	assert_int_equal(returned_at(frames, 0x18008), 1);
	assert_int_equal(returned_at(frames, 0x18008), 0);
	ct_frames_destroy(frames);
}

static void tail_calls_return_last_first(void **state)
{
	(void)state;
	struct ct_frames *frames = new_frames();
	push(frames, 1, 0x18000);
	assert_int_equal(left_at(frames, 0x18000), 0);
	push(frames, 2, 0x18000);
	assert_int_equal(returned_at(frames, 0x18008), 2);
	assert_int_equal(returned_at(frames, 0x18008), 1);
	assert_int_equal(returned_at(frames, 0x18008), 0);
	ct_frames_destroy(frames);
}

static void deeper_calls_were_left_when_an_outer_one_returns(void **state)
{
	(void)state;
	struct ct_frames *frames = new_frames();
	push(frames, 1, 0x18000);
	push(frames, 2, 0x17000);
	push(frames, 3, 0x16000);
	assert_int_equal(returned_at(frames, 0x18008), -3);
	assert_int_equal(returned_at(frames, 0x18008), -2);
	assert_int_equal(returned_at(frames, 0x18008), 1);
	ct_frames_destroy(frames);
}

static void deeper_calls_were_left_when_another_enters_above(void **state)
{
	(void)state;
	struct ct_frames *frames = new_frames();
	push(frames, 1, 0x18000);
	push(frames, 2, 0x17000);
	assert_int_equal(left_at(frames, 0x16000), 0);
	assert_int_equal(left_at(frames, 0x17800), 2);
	assert_int_equal(left_at(frames, 0x17800), 0);
	assert_int_equal(ct_frames_depth(frames, TID), 1);
	ct_frames_destroy(frames);
}

static void other_stacks_are_left_alone(void **state)
{
	(void)state;
	struct ct_frames *frames = new_frames();
	push(frames, 1, ELSEWHERE);
	push(frames, 2, 0x17000);
	/* Coroutines side by side: below is not deeper. */
	assert_int_equal(left_at(frames, ELSEWHERE + 0x100), 0);
	push(frames, 3, ELSEWHERE + 0x100);
	assert_int_equal(returned_at(frames, ELSEWHERE + 0x108), 3);
	/* A jump on the own stack, out of a handler on another one. */
	push(frames, 4, ELSEWHERE + 0x200);
	assert_int_equal(left_at(frames, 0x18000), 2);
	assert_int_equal(left_at(frames, 0x18000), 0);
	assert_int_equal(ct_frames_depth(frames, TID), 2);
	ct_frames_destroy(frames);
}

static void overwritten_return_address_elsewhere_ends_a_call(void **state)
{
	(void)state;
	struct ct_frames *frames = new_frames();
	push(frames, 1, ELSEWHERE);
	assert_int_equal(left_at(frames, ELSEWHERE - 0x100), 0);
	overwritten_at = ELSEWHERE;
	assert_int_equal(left_at(frames, ELSEWHERE - 0x100), 1);
	ct_frames_destroy(frames);
}

static void same_registers_after_a_step_are_the_same_hit(void **state)
{
	(void)state;
	struct ct_frames *frames = new_frames();
	struct ct_regs regs = {0};
	regs.gpr[CT_REG_RSP] = 0x18000;
	regs.gpr[CT_REG_RIP] = 0x401000;
	regs.gpr[CT_REG_RDI] = 5;
	assert_false(ct_frames_is_repeated(frames, TID, &regs));
	ct_frames_note_step(frames, TID, &regs);
	assert_true(ct_frames_is_repeated(frames, TID, &regs));
	assert_false(ct_frames_is_repeated(frames, TID + 1, &regs));
	regs.gpr[CT_REG_RDI] = 6;
	assert_false(ct_frames_is_repeated(frames, TID, &regs));
	regs.gpr[CT_REG_RDI] = 5;
	/* A handler's calls, below and on a stack of its own. */
	ct_frames_note_progress(frames, TID, 0x17000);
	ct_frames_note_progress(frames, TID, ELSEWHERE);
	struct ct_regs handler = regs;
	handler.gpr[CT_REG_RSP] = 0x17000;
	ct_frames_note_step(frames, TID, &handler);
	assert_true(ct_frames_is_repeated(frames, TID, &handler));
	assert_true(ct_frames_is_repeated(frames, TID, &regs));
	ct_frames_note_progress(frames, TID, 0x18008);
	assert_false(ct_frames_is_repeated(frames, TID, &regs));
	ct_frames_destroy(frames);
}

static void ended_threads_give_their_calls_back(void **state)
{
	(void)state;
	struct ct_frames *frames = new_frames();
	struct ct_frame frame;
	const pid_t alive[] = {TID};
	push(frames, 1, 0x18000);
	push(frames, 2, 0x17000);
	assert_false(ct_frames_pop_dead(frames, 0, alive, 1, &frame));
	assert_true(ct_frames_pop_dead(frames, 0, NULL, 0, &frame));
	assert_int_equal(frame.record->target, 2);
	free(frame.record);
	assert_true(ct_frames_pop_dead(frames, 0, NULL, 0, &frame));
	assert_int_equal(frame.record->target, 1);
	free(frame.record);
	assert_false(ct_frames_pop_dead(frames, 0, NULL, 0, &frame));
	ct_frames_destroy(frames);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(return_is_known_by_place_and_address),
	    cmocka_unit_test(tail_calls_return_last_first),
	    cmocka_unit_test(deeper_calls_were_left_when_an_outer_one_returns),
	    cmocka_unit_test(deeper_calls_were_left_when_another_enters_above),
	    cmocka_unit_test(other_stacks_are_left_alone),
	    cmocka_unit_test(overwritten_return_address_elsewhere_ends_a_call),
	    cmocka_unit_test(same_registers_after_a_step_are_the_same_hit),
	    cmocka_unit_test(ended_threads_give_their_calls_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
