/* SPDX-License-Identifier: MIT */
/* Hooked calls in this process: captured, decoded, answered.  The quick capture
 * is that of capture.c. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "agent_fixture.h"
#include "same_records.h"

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
	assert_int_equal(agent_calls(target), 1);

	fail_error(ct_patch_remove(&own_access, &patch));
	memcpy(after, (void *)(uintptr_t)area_of, 32);
	assert_memory_equal(before, after, 32);
	area_of(&point, "x");
	assert_int_equal(agent_drain(), 0);
}

static bool is_known(const void *addr)
{
	const struct ct_agent_thread *thread =
	    ct_region_at(agent.region, agent.shared->threads[0]);
	for (int i = 0; i < CT_AGENT_PAGES; i++)
		if (thread->pages[i].number == (uintptr_t)addr / 4096)
			return true;
	return false;
}

/* The kernel is asked about a page once, not at each call. */
static void pages_far_from_each_other_are_known_together(void **state)
{
	(void)state;
	const size_t far = (size_t)CT_AGENT_PAGES * 4096;
	struct ct_patch patch;
	const struct ct_plan *plan =
	    agent_plan(&type_long, area_parameters, 2, NULL);
	agent_hook((void *)area_of, agent_target(plan), plan, CT_HOOK_RETURNS,
		   &patch);
	char *memory = mmap(NULL, 4 * far, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(memory, MAP_FAILED);
	for (int i = 0; i < 4; i += 2)
		area_of((void *)(memory + i * far),
			strcpy(memory + (i + 1) * far, "name"));
	for (int i = 0; i < 4; i++)
		assert_true(is_known(memory + i * far));
	munmap(memory, 4 * far);
	fail_error(ct_patch_remove(&own_access, &patch));
	assert_int_equal(agent_drain(), 2);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(call_is_captured_and_its_return),
	    cmocka_unit_test(pages_far_from_each_other_are_known_together),
	    cmocka_unit_test(mock_answers_instead),
	    cmocka_unit_test(quick_capture_is_the_same),
	    cmocka_unit_test(quick_capture_follows_alike),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
