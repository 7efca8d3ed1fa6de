/* SPDX-License-Identifier: MIT */
/* Records of the same call that were made in different ways. */
#ifndef TESTS_UNIT_SAME_RECORDS_H
#define TESTS_UNIT_SAME_RECORDS_H

#include "value_fixture.h"

#include "value/record.h"

/* The bytes of a record that a capture makes. */
__attribute__((unused)) static void same_capture(const struct ct_record *a,
						 const struct ct_record *b)
{
	assert_int_equal(a->size, b->size);
	assert_int_equal(a->changed, b->changed);
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->entry_blobs_size, b->entry_blobs_size);
	assert_int_equal(a->exit_blobs_size, b->exit_blobs_size);
	assert_int_equal(a->result_size, b->result_size);
	assert_memory_equal(a + 1, b + 1, a->size - sizeof(*a));
}

/* All that a record says but numbers and times. */
__attribute__((unused)) static void same_answer(const struct ct_record *a,
						const struct ct_record *b)
{
	same_capture(a, b);
	assert_int_equal(a->target, b->target);
	assert_int_equal(a->signature, b->signature);
	assert_int_equal(a->depth, b->depth);
	assert_int_equal(a->pid, b->pid);
	assert_int_equal(a->tid, b->tid);
	assert_int_equal(a->caller, b->caller);
	assert_int_equal(a->caller_index, b->caller_index);
	if (a->flags & CT_RECORD_HAS_ERRNO)
		assert_int_equal(a->errno_value, b->errno_value);
	assert_int_equal(a->outcome, b->outcome);
	assert_int_equal(a->engine, b->engine);
	assert_int_equal(a->tail_count, b->tail_count);
	assert_int_equal(a->mock, b->mock);
	assert_int_equal(a->thread, b->thread);
	assert_int_equal(a->duration_ns, b->duration_ns);
}

#endif
