/* SPDX-License-Identifier: MIT */
/* Hooked calls in this process: captured, decoded, answered. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include "agent_fixture.h"

#include "agent/fast.h"

#include "base/buffer.h"
#include "ctester/value.h"

struct point {
	int x, y;
};

static const struct ct_member point_members[] = {{"x", &type_int, 0, 0},
						 {"y", &type_int, 32, 0}};
static struct ct_type type_point = STRUCT(8, point_members);
static struct ct_type type_point_pointer = POINTER(&type_point);

static int area_calls;
static HOOKED long area_of(struct point *point, const char *name)
{
	area_calls++;
	point->x++;
	errno = 5;
	return point->x * (long)point->y + name[0];
}

static const struct ct_parameter area_parameters[] = {
    {.name = "point", .type = &type_point_pointer},
    {.name = "name", .type = &type_string}};

static int setup(void **state)
{
	(void)state;
	agent_start((struct ct_agent_options){0});
	return 0;
}

static char *shown(const struct ct_record *record, const struct ct_plan *plan,
		   size_t index, struct ct_type *type, bool at_return)
{
	static char text[512];
	struct ct_decoder decoder = {
	    .memory = at_return ? ct_record_exit_memory(record)
				: ct_record_entry_memory(record),
	    .limits = ct_limits_default};
	const struct ct_plan_parameter *parameter =
	    &ct_plan_parameters(plan)[index];
	struct ct_value value = {.type = type,
				 .bytes =
				     ct_record_args(record) + parameter->offset,
				 .size = parameter->size};
	struct ct_buffer out;
	ct_buffer_init(&out);
	fail_error(ct_value_encode_text(&decoder, &value, &out));
	assert_true(out.size < sizeof(text));
	memcpy(text, out.data, out.size);
	text[out.size] = 0;
	ct_buffer_deinit(&out);
	return text;
}

static void call_is_captured_and_its_return(void **state)
{
	(void)state;
	struct point point = {3, 4};
	struct ct_patch patch;
	uint8_t before[32], after[32];
	memcpy(before, (void *)(uintptr_t)area_of, 32);
	const struct ct_plan *plan =
	    agent_plan(&type_long, area_parameters, 2, NULL);
	struct ct_target *target = agent_target(plan);
	agent_hook((void *)area_of, target, plan, CT_HOOK_RETURNS, &patch);
	errno = 0;
	long result = area_of(&point, "hello");
	assert_int_equal(result, 4 * 4 + 'h');
	assert_int_equal(agent_drain(), 1);
	const struct ct_record *record = agent.records[0];
	fail_error(ct_record_check(record, record->size, plan));
	assert_int_equal(record->target, target->index);
	assert_int_equal(record->outcome, CT_OUTCOME_REAL);
	assert_int_equal(record->tid, getpid());
	assert_string_equal(
	    strchr(shown(record, plan, 0, &type_point_pointer, false), '{'),
	    "{x = 3, y = 4}");
	assert_string_equal(
	    strchr(shown(record, plan, 0, &type_point_pointer, true), '{'),
	    "{x = 4, y = 4}");
	assert_string_equal(shown(record, plan, 1, &type_string, false),
			    "\"hello\"");
	assert_int_equal(record->changed, 1);
	assert_true(record->flags & CT_RECORD_HAS_RESULT);
	assert_memory_equal(ct_record_result(record), &result, sizeof(result));
	assert_int_equal(target->counts.calls, 1);

	fail_error(ct_patch_remove(&own_access, &patch));
	memcpy(after, (void *)(uintptr_t)area_of, 32);
	assert_memory_equal(before, after, 32);
	area_of(&point, "x");
	assert_int_equal(agent_drain(), 0);
}

static void mock_answers_instead(void **state)
{
	(void)state;
	struct point point = {3, 4};
	struct ct_patch patch;
	const struct ct_plan *plan =
	    agent_plan(&type_long, area_parameters, 2, NULL);
	struct ct_target *target = agent_target(plan);
	agent_hook((void *)area_of, target, plan, CT_HOOK_RETURNS, &patch);
	long value = -77;
	struct ct_mock *mock =
	    ct_target_add_mock(agent.region, target, 2, &value, sizeof(value));
	mock->id = 3;
	area_calls = 0;
	assert_int_equal(area_of(&point, "a"), -77);
	assert_int_equal(area_of(&point, "b"), -77);
	assert_int_equal(area_calls, 0);
	assert_int_equal(area_of(&point, "c"), 16 + 'c');
	assert_int_equal(area_calls, 1);
	assert_int_equal(agent_drain(), 3);
	assert_int_equal(agent.records[0]->outcome, CT_OUTCOME_MOCKED);
	assert_int_equal(agent.records[0]->mock, 3);
	assert_int_equal(agent.records[2]->outcome, CT_OUTCOME_REAL);
	fail_error(ct_patch_remove(&own_access, &patch));
}

struct triple {
	char c[12];
};
static struct ct_type type_twelve = ARRAY(&type_char, 12, 12);
static const struct ct_member triple_members[] = {{"c", &type_twelve, 0, 0}};
static struct ct_type type_triple = STRUCT(12, triple_members);
static struct ct_type type_triple_pointer = POINTER(&type_triple);
static struct ct_type type_own_string = POINTER(&type_char);

/* What it changes: by the bits of `how`. */
static HOOKED int many_kinds(short how, char *text, struct triple *triple,
			     struct point *point, const char *more, char last)
{
	if (how & 1)
		text[0]++;
	if (how & 2)
		triple->c[11]++;
	if (how & 4)
		point->y++;
	return how + last + !!more;
}

static const struct ct_parameter kinds_parameters[] = {
    {"how", &type_short},
    {"text", &type_own_string},
    {"triple", &type_triple_pointer},
    {"point", &type_point_pointer},
    {"more", &type_string},
    {"last", &type_char}};

/* The bytes of a record that a capture makes. */
static void same_capture(const struct ct_record *a, const struct ct_record *b)
{
	assert_int_equal(a->size, b->size);
	assert_int_equal(a->changed, b->changed);
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->entry_blobs_size, b->entry_blobs_size);
	assert_int_equal(a->exit_blobs_size, b->exit_blobs_size);
	assert_int_equal(a->result_size, b->result_size);
	assert_memory_equal(a + 1, b + 1, a->size - sizeof(*a));
}

static void quick_capture_is_the_same(void **state)
{
	(void)state;
	struct ct_patch patch;
	const struct ct_plan *plan =
	    agent_plan(&type_int, kinds_parameters, 6, NULL);
	struct ct_hook *hook =
	    agent_hook((void *)many_kinds, agent_target(plan), plan,
		       CT_HOOK_RETURNS, &patch);
	ct_ref quick = hook->quick;
	assert_int_not_equal(quick, 0);
	char *pages = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(pages + 2 * 4096, 4096);
	struct places {
		char text[300];
		struct triple triple;
		struct point point;
	} now, before;
	memset(&before, 'x', sizeof(before));
	for (int i = 0; i < 4000; i++) {
		const char *mores[] = {NULL,
				       "",
				       "more",
				       now.text,
				       pages + 4090,
				       pages + 2 * 4096 - 5,
				       pages + 2 * 4096,
				       (char *)8};
		memset(pages, 'p', 2 * 4096);
		pages[4090 + i % 9] = i & 1 ? 'q' : 0;
		memset(before.text, 'a' + i % 26, sizeof(before.text));
		before.text[(i * 7) % 300] = 0;
		before.text[299] = 0;
		for (int round = 0; round < 2; round++) {
			hook->quick = round ? quick : 0;
			now = before;
			many_kinds((short)(i & 7), now.text,
				   i % 11 ? &now.triple
					  : (struct triple *)(void *)now.text,
				   &now.point, mores[i / 8 % 8], (char)i);
		}
		assert_int_equal(agent_drain(), 2);
		same_capture(agent.records[0], agent.records[1]);
	}
	munmap(pages, 4 * 4096);
	fail_error(ct_patch_remove(&own_access, &patch));
}

struct node {
	int n;
	const char *name;
	struct node *next;
	struct point *at;
	const struct node *other;
};
static struct ct_type type_node;
static struct ct_type type_node_pointer = POINTER(&type_node);
static struct ct_type type_const_node = CONST(&type_node);
static struct ct_type type_const_node_pointer = POINTER(&type_const_node);
static const struct ct_member node_members[] = {
    {"n", &type_int, 0, 0},
    {"name", &type_string, 64, 0},
    {"next", &type_node_pointer, 128, 0},
    {"at", &type_point_pointer, 192, 0},
    {"other", &type_const_node_pointer, 256, 0}};
static struct ct_type type_node = STRUCT(40, node_members);

static struct node nodes[4];
static struct point points[2];
static char node_name[64];

static HOOKED char *visit(int how, struct node *node, const struct node *other,
			  char *text)
{
	if (how & 1)
		nodes[2].n++;
	if (how & 2)
		points[1].y++;
	if (how & 4)
		node_name[0]++;
	if (how & 8)
		nodes[0].next = &nodes[how & 3];
	return node && other ? text : NULL;
}
static const struct ct_parameter visit_parameters[] = {
    {"how", &type_int},
    {"node", &type_node_pointer},
    {"other", &type_const_node_pointer},
    {"text", &type_own_string}};

static void link_nodes(unsigned seed)
{
	static const char *const names[] = {NULL, node_name, "a", "bb",
					    (char *)16};
	strcpy(node_name, "node");
	points[1].y = 5;
	for (unsigned i = 0; i < 4; i++, seed = seed * 1103515245 + 12345) {
		unsigned r = seed >> 8;
		unsigned next = r % 9, other = r / 9 % 9, at = r / 81 % 5;
		nodes[i] = (struct node){
		    .n = (int)i,
		    .name = names[r / 405 % 16 % 5],
		    .next = next < 4 ? &nodes[next] : NULL,
		    .at = at < 2    ? &points[at]
			  : at == 2 ? (struct point *)(void *)&nodes[3]
				    : NULL,
		    .other = other < 4 ? &nodes[other] : NULL};
	}
}

/* What objects lead to, and those that lead back. */
static void quick_capture_follows_alike(void **state)
{
	(void)state;
	struct ct_patch patch;
	const struct ct_plan *plan =
	    agent_plan(&type_own_string, visit_parameters, 4, NULL);
	struct ct_hook *hook = agent_hook((void *)visit, agent_target(plan),
					  plan, CT_HOOK_RETURNS, &patch);
	ct_ref quick = hook->quick;
	assert_int_not_equal(quick, 0);
	for (unsigned i = 0; i < 3000; i++) {
		for (int round = 0; round < 2; round++) {
			link_nodes(i);
			hook->quick = round ? quick : 0;
			visit((int)(i >> 3 & 15), i & 1 ? &nodes[0] : NULL,
			      i & 2 ? &nodes[i >> 2 & 3] : NULL,
			      i & 4 ? node_name : NULL);
		}
		assert_int_equal(agent_drain(), 2);
		fail_error(ct_record_check(agent.records[1],
					   agent.records[1]->size, plan));
		same_capture(agent.records[0], agent.records[1]);
	}
	fail_error(ct_patch_remove(&own_access, &patch));
}

static HOOKED double scaled(short n, double by, char *text, unsigned char last)
{
	return text ? n * by + last : 0;
}

/* From one place. */
static HOOKED double call_scaled(int i, char *text)
{
	return scaled((short)-i, i * 0.5, i % 3 ? text : NULL,
		      (unsigned char)(250 + i)) +
	       0;
}

static const struct ct_parameter scaled_parameters[] = {
    {"n", &type_short},
    {"by", &type_double},
    {"text", &type_own_string},
    {"last", &type_uchar}};

/* All that a record says but numbers and times. */
static void same_answer(const struct ct_record *a, const struct ct_record *b)
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

/* The quick way (answer.c) and decide.c's leave the same behind. */
static void quick_answer_is_the_same(void **state)
{
	(void)state;
	struct ct_patch patch;
	const struct ct_plan *plan =
	    agent_plan(&type_double, scaled_parameters, 4, NULL);
	struct ct_target *target = agent_target(plan);
	struct ct_hook *hook =
	    agent_hook((void *)scaled, target, plan, CT_HOOK_RETURNS, &patch);
	ct_ref quick = hook->quick;
	assert_int_not_equal(quick, 0);
	const double values[] = {1.5, -2.5, 1e300};
	struct ct_mock *mocks[3];
	for (uint32_t i = 0; i < 3; i++) {
		mocks[i] = ct_target_add_mock(agent.region, target,
					      i < 2 ? 8 : 0, &values[i], 8);
		mocks[i]->id = 10 + i;
		if (i) {
			mocks[i]->flags = CT_MOCK_HAS_ERRNO;
			mocks[i]->errno_value = 20;
		}
	}
	char text[] = "text";
	for (int i = 0; i < 24; i++) {
		for (int round = 0; round < 2; round++) {
			hook->quick = round ? quick : 0;
			assert_true(call_scaled(i, text) ==
				    values[i < 4   ? 0
					   : i < 8 ? 1
						   : 2]);
		}
		assert_int_equal(agent_drain(), 2);
		same_answer(agent.records[0], agent.records[1]);
		assert_int_equal(agent.records[0]->seq + 1,
				 agent.records[1]->seq);
		assert_in_range(agent.records[1]->time_ns,
				agent.records[0]->time_ns, UINT64_MAX);
	}
	assert_int_equal(target->counts.calls, 48);
	assert_int_equal(target->counts.mocked, 48);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(mocks[i]->used, i < 2 ? 8 : 32);
	fail_error(ct_patch_remove(&own_access, &patch));
}

static HOOKED int plus(int a, int b)
{
	return a + b;
}

static const struct ct_parameter plus_parameters[] = {{"a", &type_int},
						      {"b", &type_int}};

/* As many arguments as enter.S takes; in order, and not. */
static HOOKED int six(int a, short b, unsigned char c, long d, char e, int f)
{
	return a + b + c + (int)d + e + f;
}
static HOOKED double mixed(int a, double b, short c, float d, double e, long f)
{
	return a + b + c + (double)d + e + (double)f;
}
static HOOKED long none(void)
{
	long one = 1;
	asm volatile("" : "+r"(one)); /* no constant */
	return one;
}

static const struct ct_parameter six_parameters[] = {
    {"a", &type_int},  {"b", &type_short}, {"c", &type_uchar},
    {"d", &type_long}, {"e", &type_char},  {"f", &type_int}};
static const struct ct_parameter mixed_parameters[] = {
    {"a", &type_int},   {"b", &type_double}, {"c", &type_short},
    {"d", &type_float}, {"e", &type_double}, {"f", &type_long}};

static HOOKED double call_all(int i)
{
	return six(-i, (short)(i * 999), (unsigned char)i, -1000000007l * i,
		   (char)-i, i * 7) +
	       mixed(-i, i / 3.0, (short)-i, (float)i / 7, 1e100 * i, -i) +
	       (double)none();
}

static struct ct_hook *mock_all(void *function, struct ct_type *result,
				const struct ct_parameter *parameters,
				size_t count, const void *value,
				struct ct_patch *patch)
{
	const struct ct_plan *plan =
	    agent_plan(result, parameters, count, NULL);
	struct ct_target *target = agent_target(plan);
	struct ct_hook *hook =
	    agent_hook(function, target, plan, CT_HOOK_RETURNS, patch);
	struct ct_mock *mock =
	    ct_target_add_mock(agent.region, target, 0, value,
			       result ? (uint32_t)result->size : 0);
	mock->id = 77;
	return hook;
}

/* Of what is drained: each call in turn, made slowly, quickly, and fast. */
static void same_in_rounds(size_t calls, size_t rounds)
{
	assert_int_equal(agent_drain(), calls * rounds);
	for (size_t i = calls; i < calls * rounds; i++) {
		same_answer(agent.records[i % calls], agent.records[i]);
		assert_int_equal(agent.records[i]->seq,
				 agent.records[i - 1]->seq + 1);
		assert_in_range(agent.records[i]->time_ns,
				agent.records[i - 1]->time_ns,
				agent.records[i - 1]->time_ns + 1000000000);
	}
}

static void fast_answer_is_the_same(void **state)
{
	agent_stop();
	setup(state); /* a ring that does not come to its end */
	struct ct_patch patches[3];
	const int int_value = -5;
	const double double_value = -0.5;
	const long long_value = 1l << 60;
	struct ct_hook *hooks[] = {
	    mock_all((void *)six, &type_int, six_parameters, 6, &int_value,
		     &patches[0]),
	    mock_all((void *)mixed, &type_double, mixed_parameters, 6,
		     &double_value, &patches[1]),
	    mock_all((void *)none, &type_long, NULL, 0, &long_value,
		     &patches[2])};
	ct_ref quick[3], fast[3];
	agent_know_program();
	for (int i = 0; i < 3; i++)
		quick[i] = hooks[i]->quick;
	for (int i = 1; i < 50; i++) {
		for (int round = 0; round < 4; round++) {
			for (int j = 0; j < 3; j++) {
				hooks[j]->quick = round ? quick[j] : 0;
				if (round < 2)
					ct_region_note_change(agent.region);
				if (i > 1)
					assert_int_equal(hooks[j]->fast,
							 fast[j]);
				fast[j] = hooks[j]->fast;
			}
			errno = i * 3;
			assert_true(call_all(i) == -5.5 + (double)(1l << 60));
			assert_int_equal(errno, i * 3);
		}
		same_in_rounds(3, 4);
		for (int j = 0; j < 3; j++)
			assert_int_not_equal(fast[j], 0);
	}
	struct ct_target *target = ct_region_at(agent.region, hooks[0]->target);
	assert_int_equal(target->counts.calls, 49 * 4);
	assert_int_equal(target->counts.mocked, 49 * 4);
	/* Another mock, and all is as that says. */
	int other = 11;
	ct_target_add_mock(agent.region, target, 1, &other, sizeof(other));
	assert_int_equal(six(1, 2, 3, 4, 5, 6), 11);
	assert_int_equal(six(1, 2, 3, 4, 5, 6), -5);
	ct_target_forget_mocks(agent.region, target);
	assert_int_equal(six(1, 2, 3, 4, 5, 6), 21);
	ct_target_add_mock(agent.region, target, 0, &other, sizeof(other));
	for (int i = 0; i < 3; i++)
		assert_int_equal(six(1, 2, 3, 4, 5, 6), 11);
	target->flags &= ~(uint32_t)CT_TARGET_ACTIVE;
	ct_region_note_change(agent.region);
	assert_int_equal(six(1, 2, 3, 4, 5, 6), 21);
	assert_int_equal(agent_drain(), 6);
	for (int i = 0; i < 3; i++)
		fail_error(ct_patch_remove(&own_access, &patches[i]));
}

/* As any other call there: the child is not the agent's. */
static void fast_answer_is_not_a_child_s(void **state)
{
	(void)state;
	struct ct_patch patch;
	const int value = 9;
	int status;
	agent_know_program();
	struct ct_hook *hook = mock_all((void *)plus, &type_int,
					plus_parameters, 2, &value, &patch);
	for (int i = 0; i < 3; i++)
		assert_int_equal(plus(1, 2), 9);
	assert_int_not_equal(hook->fast, 0);
	pid_t child = fork();
	if (!child)
		_exit(plus(1, 2) == 3 ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(plus(1, 2), 9);
	assert_int_equal(agent_drain(), 4);
	fail_error(ct_patch_remove(&own_access, &patch));
}

static HOOKED void nothing(int a)
{
	asm volatile("" : : "r"(a));
}

/* What is in a register that no result is in stays there, and errno is set. */
static void fast_answer_sets_what_it_has_to(void **state)
{
	(void)state;
	struct ct_patch patches[2];
	const int value = -1;
	agent_know_program();
	struct ct_hook *hooks[] = {
	    mock_all((void *)plus, &type_int, plus_parameters, 2, &value,
		     &patches[0]),
	    mock_all((void *)nothing, NULL, plus_parameters, 1, NULL,
		     &patches[1])};
	for (int i = 0; i < 2; i++) {
		struct ct_target *target =
		    ct_region_at(agent.region, hooks[i]->target);
		struct ct_mock *mock =
		    ct_region_at(agent.region, target->standing.first);
		mock->flags |= CT_MOCK_HAS_ERRNO;
		mock->errno_value = 30 + i;
	}
	for (int i = 0; i < 5; i++) {
		uint64_t kept = 0x1234567890abcdef;
		errno = 1;
		assert_int_equal(plus(3, 2), -1);
		assert_int_equal(errno, 30);
		asm volatile("call *%2"
			     : "+a"(kept)
			     : "D"(4), "r"(nothing)
			     : "memory", "cc");
		assert_int_equal(errno, 31);
		assert_true(kept == 0x1234567890abcdef);
	}
	for (int i = 0; i < 2; i++)
		assert_int_not_equal(hooks[i]->fast, 0);
	assert_int_equal(agent_drain(), 10);
	for (size_t i = 2; i < 10; i++) {
		same_capture(agent.records[i % 2], agent.records[i]);
		assert_int_equal(agent.records[i]->errno_value, 30 + i % 2);
		assert_true(agent.records[i]->flags & CT_RECORD_HAS_ERRNO);
	}
	for (int i = 0; i < 2; i++)
		fail_error(ct_patch_remove(&own_access, &patches[i]));
}

static jmp_buf before_outer;
static HOOKED int leaves(int n)
{
	int result = six(n, 0, 0, 0, 0, 0);
	if (n > 5)
		longjmp(before_outer, 1);
	return result + six(n, 0, 0, 0, 0, 0);
}

/* Calls around an answer count, and those that longjmp has left do not. */
static void fast_answer_has_its_depth(void **state)
{
	(void)state;
	struct ct_patch patches[2];
	const int value = 2;
	agent_know_program();
	mock_all((void *)six, &type_int, six_parameters, 6, &value,
		 &patches[0]);
	const struct ct_plan *plan =
	    agent_plan(&type_int, plus_parameters, 1, NULL);
	agent_hook((void *)leaves, agent_target(plan), plan, CT_HOOK_RETURNS,
		   &patches[1]);
	for (volatile int i = 0; i < 4; i++)
		assert_int_equal(leaves(1), 4);
	if (!setjmp(before_outer))
		leaves(6);
	assert_int_equal(six(1, 2, 3, 4, 5, 6), 2);
	assert_int_equal(agent_drain(), 4 * 3 + 3);
	for (int i = 0; i < 15; i++)
		assert_int_equal(agent.records[i]->depth,
				 i < 12 ? i % 3 != 2 : i == 12);
	assert_int_equal(agent.records[13]->outcome, CT_OUTCOME_UNFINISHED);
	fail_error(ct_patch_remove(&own_access, &patches[0]));
	fail_error(ct_patch_remove(&own_access, &patches[1]));
}

/* While there are ticks, a call may have the time of one before it in the same
 * tick; what is in between is told of by the clock. */
static void time_of_fast_answers_is_of_the_tick(void **state)
{
	(void)state;
	struct ct_patch patch;
	uint64_t times[7];
	const int value = 9;
	agent_know_program();
	struct ct_hook *hook = mock_all((void *)plus, &type_int,
					plus_parameters, 2, &value, &patch);
	agent.region->tick = 5;
	for (int i = 0; i < 7; i++) {
		if (i == 4)
			agent.region->tick = 6;
		if (i == 6)
			agent.region->tick = 0;
		assert_int_equal(plus(i, 2), 9);
	}
	assert_int_not_equal(hook->fast, 0);
	assert_int_equal(agent_drain(), 7);
	for (int i = 0; i < 7; i++) {
		times[i] = agent.records[i]->time_ns;
		assert_int_equal(*(const int *)(const void *)ct_record_args(
				     agent.records[i]),
				 i);
	}
	assert_int_not_equal(times[0], 0);
	assert_int_equal(times[0], times[3]);
	assert_true(times[3] < times[4]);
	assert_int_equal(times[4], times[5]);
	assert_true(times[5] < times[6]);
	fail_error(ct_patch_remove(&own_access, &patch));
}

/* Nor can a tick be too long: nobody may be there to give another one. */
static void time_of_fast_answers_is_renewed(void **state)
{
	(void)state;
	struct ct_patch patch;
	const int value = 9;
	const size_t calls = 1000;
	agent_know_program();
	mock_all((void *)plus, &type_int, plus_parameters, 2, &value, &patch);
	agent.region->tick = 5;
	for (size_t i = 0; i < calls; i++)
		plus(1, 2);
	agent.region->tick = 0;
	assert_int_equal(agent_drain(), calls);
	size_t different = 0;
	for (size_t i = 1; i < calls; i++) {
		assert_true(agent.records[i - 1]->time_ns <=
			    agent.records[i]->time_ns);
		different +=
		    agent.records[i - 1]->time_ns != agent.records[i]->time_ns;
	}
	assert_in_range(different, calls * 48 / CT_FAST_FRESH, calls / 10);
	fail_error(ct_patch_remove(&own_access, &patch));
}

enum {
	CLOCK_ERROR_NS = 50000, /* what is allowed */
	CLOCKS_NS = 350000000,  /* some clocks are made meanwhile */
};

static uint64_t monotonic_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* However long this process waits in between, a call is between its ends. */
static uint64_t call_between(uint64_t last)
{
	uint64_t before = monotonic_ns();
	plus(1, 2);
	uint64_t after = monotonic_ns();
	assert_int_equal(agent_drain(), 1);
	uint64_t time = agent.records[0]->time_ns;
	uint64_t end = time + agent.records[0]->duration_ns;
	assert_in_range(time, before - CLOCK_ERROR_NS, after + CLOCK_ERROR_NS);
	assert_in_range(end, time, after + CLOCK_ERROR_NS);
	assert_in_range(time, last, UINT64_MAX);
	return end;
}

static void times_are_those_of_the_monotonic_clock(void **state)
{
	(void)state;
	struct ct_patch patch;
	const struct ct_plan *plan =
	    agent_plan(&type_int, plus_parameters, 2, NULL);
	agent_hook((void *)plus, agent_target(plan), plan, CT_HOOK_RETURNS,
		   &patch);
	uint32_t first = agent.shared->clock;
	uint64_t begin = monotonic_ns(), last = 0;
	while (monotonic_ns() - begin < CLOCKS_NS)
		last = call_between(last);
	/* A machine without such time stamps has none. */
	assert_true(!first || agent.shared->clock != first);
	agent.shared->clock = 0;
	for (int i = 0; i < 100; i++)
		last = call_between(i ? last : 0);
	agent.shared->clock = first;
	fail_error(ct_patch_remove(&own_access, &patch));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(call_is_captured_and_its_return),
	    cmocka_unit_test(mock_answers_instead),
	    cmocka_unit_test(quick_capture_is_the_same),
	    cmocka_unit_test(quick_capture_follows_alike),
	    cmocka_unit_test(quick_answer_is_the_same),
	    cmocka_unit_test(fast_answer_is_the_same),
	    cmocka_unit_test(fast_answer_has_its_depth),
	    cmocka_unit_test(fast_answer_sets_what_it_has_to),
	    cmocka_unit_test(fast_answer_is_not_a_child_s),
	    cmocka_unit_test(time_of_fast_answers_is_of_the_tick),
	    cmocka_unit_test(time_of_fast_answers_is_renewed),
	    cmocka_unit_test(times_are_those_of_the_monotonic_clock),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
