/* SPDX-License-Identifier: MIT */
/* The trace as text and as JSON Lines, from calls made of fake registers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "abi/abi.h"
#include "trace/event.h"
#include "type/model.h"
#include "value/capture.h"

static struct ct_type int_type = {.kind = CT_TYPE_BASE,
				  .encoding = CT_ENCODING_SIGNED,
				  .name = "int",
				  .size = 4};
static const struct ct_parameter one_int[] = {{"n", &int_type}};
static struct ct_type int_of_int = {.kind = CT_TYPE_FUNCTION,
				    .target = &int_type,
				    .part_count = 1,
				    .parameters = one_int};

/* What every test needs: a signature, and a trace to write to. */
struct bench {
	struct ct_arena arena;
	struct ct_buffer plan;
	struct ct_signature *signature;
	struct ct_text_trace text;
	struct ct_buffer out;
	struct ct_record *record;
	uint64_t next_seq;
};

static size_t no_memory(void *arg, uint64_t addr, void *buf, size_t size)
{
	(void)arg;
	(void)addr;
	(void)buf;
	(void)size;
	return 0;
}

static const struct ct_memory memory = {no_memory, NULL};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct ct_call_layout layout;
	ct_arena_init(&bench->arena);
	ct_text_trace_init(&bench->text);
	assert_null(ct_abi_layout(&int_of_int, &bench->arena, &layout));
	assert_null(ct_plan_compile(&int_of_int, &layout, NULL,
				    &ct_limits_default, &bench->plan));
	assert_null(ct_signature_create(
	    &bench->arena, "prog", "f", &int_of_int,
	    (const struct ct_plan *)(const void *)bench->plan.data,
	    &bench->signature));
	bench->record = malloc(CT_CAPTURE_SIZE);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	ct_arena_deinit(&bench->arena);
	ct_buffer_deinit(&bench->plan);
	ct_buffer_deinit(&bench->out);
	ct_text_trace_deinit(&bench->text);
	free(bench->record);
	free(bench);
	return 0;
}

/* f(n) is called by a thread; the copy is the test's. */
static struct ct_record *call(struct bench *bench, pid_t tid, uint32_t depth,
			      int n)
{
	struct ct_regs regs = {.gpr[CT_REG_RDI] = (uint32_t)n};
	struct ct_record *record = bench->record;
	ct_capture_entry(bench->signature->plan, &regs, &memory,
			 CT_CAPTURE_SIZE, record);
	record->seq = bench->next_seq++;
	record->tid = record->pid = tid;
	record->depth = depth;
	record->time_ns = 10 * record->seq;
	record->duration_ns = 0;
	record->outcome = CT_OUTCOME_REAL;
	record->caller_index = CT_NO_CALLER;
	struct ct_record *copy = malloc(CT_CAPTURE_SIZE);
	memcpy(copy, record, record->size);
	return copy;
}

static void give_result(struct bench *bench, struct ct_record *record,
			int result)
{
	struct ct_regs regs = {.gpr[CT_REG_RAX] = (uint32_t)result};
	ct_capture_exit(bench->signature->plan, &regs, &memory, CT_CAPTURE_SIZE,
			record);
}

static struct ct_call_event event_of(const struct bench *bench,
				     const struct ct_record *record)
{
	return (struct ct_call_event){.record = record,
				      .signature = bench->signature,
				      .engine = "breakpoint"};
}

static void begin(struct bench *bench, const struct ct_record *record)
{
	struct ct_call_event event = event_of(bench, record);
	assert_null(ct_text_begin(&bench->text, &event, &bench->out));
}

static void end(struct bench *bench, struct ct_record *record)
{
	struct ct_call_event event = event_of(bench, record);
	assert_null(ct_text_end(&bench->text, &event, &bench->out));
	free(record);
}

static void returns(struct bench *bench, struct ct_record *record, int result)
{
	give_result(bench, record, result);
	end(bench, record);
}

static void assert_text(struct bench *bench, const char *expected)
{
	ct_buffer_putc(&bench->out, '\0');
	assert_string_equal(bench->out.data, expected);
}

static void a_call_that_nothing_interrupts_is_one_line(void **state)
{
	struct bench *bench = *state;
	struct ct_record *record = call(bench, 7, 0, 3);
	begin(bench, record);
	returns(bench, record, -4);
	assert_text(bench, "f(n = 3) = -4\n");
}

static void a_call_inside_another_is_indented_and_the_outer_resumed(
    void **state)
{
	struct bench *bench = *state;
	struct ct_record *outer = call(bench, 7, 0, 1);
	begin(bench, outer);
	struct ct_record *inner = call(bench, 7, 1, 2);
	begin(bench, inner);
	returns(bench, inner, 20);
	returns(bench, outer, 10);
	assert_text(bench, "f(n = 1 <unfinished ...>\n"
			   "  f(n = 2) = 20\n"
			   "<... f resumed>) = 10\n");
}

static void threads_are_named_from_the_second_on(void **state)
{
	struct bench *bench = *state;
	struct ct_record *first = call(bench, 7, 0, 1);
	begin(bench, first);
	struct ct_record *second = call(bench, 8, 0, 2);
	begin(bench, second);
	returns(bench, first, 10);
	returns(bench, second, 20);
	assert_text(bench, "f(n = 1 <unfinished ...>\n"
			   "[8] f(n = 2 <unfinished ...>\n"
			   "[7] <... f resumed>) = 10\n"
			   "[8] <... f resumed>) = 20\n");
}

static void a_call_that_was_not_begun_is_whole(void **state)
{
	struct bench *bench = *state;
	struct ct_record *shown = call(bench, 7, 0, 1);
	begin(bench, shown);
	returns(bench, call(bench, 7, 1, 2), 20);
	returns(bench, shown, 10);
	assert_text(bench, "f(n = 1 <unfinished ...>\n"
			   "  f(n = 2) = 20\n"
			   "<... f resumed>) = 10\n");
}

static void a_call_that_never_returns_says_so(void **state)
{
	struct bench *bench = *state;
	struct ct_record *record = call(bench, 7, 0, 1);
	begin(bench, record);
	record->outcome = CT_OUTCOME_UNFINISHED;
	end(bench, record);
	assert_text(bench, "f(n = 1) = ? <unfinished>\n");
}

static void errno_has_its_name_and_meaning(void **state)
{
	struct bench *bench = *state;
	struct ct_record *record = call(bench, 7, 0, 1);
	record->flags |= CT_RECORD_HAS_ERRNO;
	record->errno_value = 2;
	returns(bench, record, -1);
	assert_text(bench,
		    "f(n = 1) = -1 ENOENT (No such file or directory)\n");
}

static void a_mark_comes_after_what_was_held_back(void **state)
{
	struct bench *bench = *state;
	struct ct_record *record = call(bench, 7, 0, 1);
	struct ct_mark mark = {
	    .kind = CT_EVENT_SIGNAL, .tid = 7, .text = "SIGUSR1"};
	begin(bench, record);
	ct_text_mark(&bench->text, &mark, &bench->out);
	returns(bench, record, 2);
	assert_text(bench, "f(n = 1 <unfinished ...>\n"
			   "--- SIGUSR1 ---\n"
			   "<... f resumed>) = 2\n");
}

static void a_note_is_a_sentence_with_its_quotes_and_commas(void **state)
{
	struct bench *bench = *state;
	const struct ct_mark mark = {.kind = CT_EVENT_NOTE,
				     .tid = 7,
				     .text = "'f', <g>: {\"h\"} \x01 \xff"};
	ct_text_mark(&bench->text, &mark, &bench->out);
	assert_text(bench, "+++ 'f', <g>: {\"h\"} \\001 \\377 +++\n");
}

static void mark(struct bench *bench, enum ct_event_kind kind, pid_t pid,
		 int64_t number)
{
	const struct ct_mark mark = {.kind = kind,
				     .pid = pid,
				     .tid = pid,
				     .number = number,
				     .text = "text"};
	ct_text_mark(&bench->text, &mark, &bench->out);
}

static void one_process_is_not_named(void **state)
{
	struct bench *bench = *state;
	mark(bench, CT_EVENT_START, 7, 0);
	mark(bench, CT_EVENT_FORK, 7, 8);
	mark(bench, CT_EVENT_EXEC, 7, 0);
	mark(bench, CT_EVENT_EXIT, 7, 3);
	mark(bench, CT_EVENT_START, 9, 0);
	mark(bench, CT_EVENT_KILLED, 9, 0);
	assert_text(bench, "+++ forked 8 +++\n"
			   "+++ executes text +++\n"
			   "+++ exited with 3 +++\n"
			   "+++ killed by text +++\n");
}

static void processes_are_named_from_the_second_on(void **state)
{
	struct bench *bench = *state;
	mark(bench, CT_EVENT_START, 7, 0);
	mark(bench, CT_EVENT_FORK, 7, 8);
	mark(bench, CT_EVENT_START, 8, 0);
	returns(bench, call(bench, 8, 0, 1), 10);
	mark(bench, CT_EVENT_FORK, 7, 9);
	mark(bench, CT_EVENT_EXEC, 8, 0);
	mark(bench, CT_EVENT_EXIT, 8, 3);
	mark(bench, CT_EVENT_START, 9, 0);
	returns(bench, call(bench, 9, 0, 2), 20);
	mark(bench, CT_EVENT_KILLED, 9, 0);
	returns(bench, call(bench, 7, 0, 3), 30);
	mark(bench, CT_EVENT_EXIT, 7, 0);
	assert_text(bench, "+++ forked 8 +++\n"
			   "[8] f(n = 1) = 10\n"
			   "[7] +++ forked 9 +++\n"
			   "[8] +++ executes text +++\n"
			   "[8] +++ exited with 3 +++\n"
			   "[9] f(n = 2) = 20\n"
			   "[9] +++ killed by text +++\n"
			   "[7] f(n = 3) = 30\n"
			   "[7] +++ exited with 0 +++\n");
}

static void another_run_names_its_threads_anew(void **state)
{
	struct bench *bench = *state;
	mark(bench, CT_EVENT_START, 7, 0);
	mark(bench, CT_EVENT_START, 8, 0);
	mark(bench, CT_EVENT_EXIT, 7, 0);
	mark(bench, CT_EVENT_EXIT, 8, 0);
	mark(bench, CT_EVENT_START, 9, 0);
	returns(bench, call(bench, 9, 0, 1), 10);
	mark(bench, CT_EVENT_EXIT, 9, 0);
	assert_text(bench, "[7] +++ exited with 0 +++\n"
			   "[8] +++ exited with 0 +++\n"
			   "f(n = 1) = 10\n"
			   "+++ exited with 0 +++\n");
}

/* A trace that is asked for when the process runs. */
static void an_end_without_its_start_counts_for_nothing(void **state)
{
	struct bench *bench = *state;
	mark(bench, CT_EVENT_EXIT, 7, 0);
	mark(bench, CT_EVENT_START, 8, 0);
	returns(bench, call(bench, 8, 0, 1), 10);
	assert_text(bench, "+++ exited with 0 +++\n"
			   "f(n = 1) = 10\n");
}

static void json_has_the_members_in_their_order(void **state)
{
	struct bench *bench = *state;
	struct ct_record *record = call(bench, 7, 0, 3);
	give_result(bench, record, -4);
	struct ct_call_event event = event_of(bench, record);
	assert_null(ct_jsonl_call(&event, &bench->out));
	free(record);
	assert_text(
	    bench,
	    "{\"type\":\"call\",\"seq\":0,\"time_ns\":0,\"duration_ns\":0,"
	    "\"pid\":7,\"tid\":7,\"library\":\"prog\",\"function\":\"f\","
	    "\"engine\":\"breakpoint\",\"outcome\":\"real\","
	    "\"args\":[{\"name\":\"n\",\"type\":\"int\",\"value\":3}],"
	    "\"return\":{\"type\":\"int\",\"value\":-4},\"errno\":null,"
	    "\"caller\":null}\n");
}

static void json_strings_are_escaped(void **state)
{
	struct bench *bench = *state;
	ct_json_string(&bench->out, "a\"\\\n\x01\xc3\xa9\xff");
	assert_text(bench, "\"a\\\"\\\\\\u000a\\u0001\xc3\xa9\\udcff\"");
}

/* The signature of a parameter of such a type. */
static const struct ct_signature_part *part_of(struct bench *bench,
					       struct ct_type *type)
{
	struct ct_parameter *parameter =
	    ct_arena_alloc(&bench->arena, sizeof(*parameter));
	struct ct_type *function =
	    ct_arena_alloc(&bench->arena, sizeof(*function));
	*parameter = (struct ct_parameter){"p", type};
	*function = (struct ct_type){.kind = CT_TYPE_FUNCTION,
				     .target = &int_type,
				     .part_count = 1,
				     .parameters = parameter};
	struct ct_signature *signature;
	assert_null(ct_signature_create(&bench->arena, "prog", "g", function,
					NULL, &signature));
	return &signature->parameters[0];
}

/* printf(3) has the expected digits. */
static void integers_of_all_sizes_are_written_as_numbers(void **state)
{
	static const uint64_t words[] = {0,
					 1,
					 0x7f,
					 0x80,
					 0xff,
					 0x8000,
					 0xffff,
					 0x80000000,
					 0xffffffff,
					 0x8000000000000000,
					 0xffffffffffffffff,
					 0x123456789abcdef0};
	struct bench *bench = *state;
	for (unsigned int size = 1; size <= 8; size *= 2) {
		struct ct_type is_signed = {.kind = CT_TYPE_BASE,
					    .encoding = CT_ENCODING_SIGNED,
					    .name = "s",
					    .size = size};
		struct ct_type is_unsigned = is_signed, named = is_signed;
		is_unsigned.encoding = CT_ENCODING_UNSIGNED;
		named = (struct ct_type){.kind = CT_TYPE_TYPEDEF,
					 .name = "named",
					 .target = &is_unsigned};
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
			char expected[80];
			unsigned int rest = 64 - 8 * size;
			uint64_t word = words[i] << rest >> rest;
			int64_t number = (int64_t)(words[i] << rest) >> rest;
			snprintf(expected, sizeof(expected), "%ld %lu %lu",
				 number, word, word);
			ct_buffer_clear(&bench->out);
			assert_true(
			    ct_part_put_number(part_of(bench, &is_signed),
					       &word, size, &bench->out));
			ct_buffer_putc(&bench->out, ' ');
			assert_true(
			    ct_part_put_number(part_of(bench, &is_unsigned),
					       &word, size, &bench->out));
			ct_buffer_putc(&bench->out, ' ');
			assert_true(ct_part_put_number(
			    part_of(bench, &named), &word, size, &bench->out));
			assert_text(bench, expected);
		}
	}
}

static void what_is_more_than_a_number_is_left_to_its_type(void **state)
{
	struct bench *bench = *state;
	struct ct_type character = {.kind = CT_TYPE_BASE,
				    .encoding = CT_ENCODING_CHAR,
				    .name = "char",
				    .size = 1};
	struct ct_type truth = {.kind = CT_TYPE_BASE,
				.encoding = CT_ENCODING_BOOL,
				.name = "_Bool",
				.size = 1};
	struct ct_type real = {.kind = CT_TYPE_BASE,
			       .encoding = CT_ENCODING_FLOAT,
			       .name = "double",
			       .size = 8};
	struct ct_type ours = {.kind = CT_TYPE_TYPEDEF,
			       .name = "ct_names_open",
			       .target = &int_type};
	struct ct_type pointer = {
	    .kind = CT_TYPE_POINTER, .target = &int_type, .size = 8};
	struct ct_type *types[] = {&character, &truth, &real, &ours, &pointer};
	static const uint64_t word;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		for (size_t size = 0; size <= 8; size++)
			assert_false(
			    ct_part_put_number(part_of(bench, types[i]), &word,
					       size, &bench->out));
	/* One that was not read whole, and one with a meaning. */
	struct ct_signature_part part = *part_of(bench, &int_type);
	assert_false(ct_part_put_number(&part, &word, 0, &bench->out));
	assert_false(ct_part_put_number(&part, &word, 2, &bench->out));
	part.meaning = CT_MEANING_MODE;
	assert_false(ct_part_put_number(&part, &word, 4, &bench->out));
	assert_int_equal(bench->out.size, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_call_that_nothing_interrupts_is_one_line),
	    TEST(a_call_inside_another_is_indented_and_the_outer_resumed),
	    TEST(threads_are_named_from_the_second_on),
	    TEST(a_call_that_was_not_begun_is_whole),
	    TEST(a_call_that_never_returns_says_so),
	    TEST(errno_has_its_name_and_meaning),
	    TEST(a_mark_comes_after_what_was_held_back),
	    TEST(a_note_is_a_sentence_with_its_quotes_and_commas),
	    TEST(one_process_is_not_named),
	    TEST(processes_are_named_from_the_second_on),
	    TEST(another_run_names_its_threads_anew),
	    TEST(an_end_without_its_start_counts_for_nothing),
	    TEST(json_has_the_members_in_their_order),
	    TEST(json_strings_are_escaped),
	    TEST(integers_of_all_sizes_are_written_as_numbers),
	    TEST(what_is_more_than_a_number_is_left_to_its_type),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
