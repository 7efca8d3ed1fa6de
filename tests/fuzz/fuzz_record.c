/* SPDX-License-Identifier: MIT */
/*
 * Fuzzing one call from registers and memory to its trace line.
 *
 * The input makes types, a function of them with rules, registers and a
 * program's memory before and after the call.  What the record says must be
 * what the memory says, wherever it says something; then its bytes are
 * damaged, as a record from shared memory may be.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output_check.h"
#include "trace/event.h"
#include "type_world.h"
#include "value/capture.h"
#include "value/tail.h"

enum {
	WORDS_MAX = 96, /* of memory, from address 8 on: NULL is nothing */
	FIRST_ADDR = 8,
	RULES_MAX = 3,
	PLAN_LINKS_FEW = 4096
};

/* A program's memory: bytes from FIRST_ADDR on, with a hole. */
struct program {
	uint8_t bytes[WORDS_MAX * 8];
	size_t size;
	size_t hole, hole_end;
};

struct call {
	struct ct_type function;
	struct ct_parameter parameters[PARTS_MAX];
	struct ct_extent_rule extents[PARTS_MAX];
	struct ct_plan_choice choices[RULES_MAX];
	struct ct_plan_rules rules;
	struct ct_limits limits;
	struct ct_regs regs;
	struct program before, after;
	struct ct_arena arena;
	struct ct_buffer plan;
	const struct ct_signature *signature;
};

static uint64_t take_word(struct input *in)
{
	uint8_t byte = take_byte(in);
	return byte < 0xe0 ? (uint64_t)byte * 4 : take_u64(in);
}

static uint16_t take_index(struct input *in, size_t count)
{
	uint8_t byte = take_byte(in);
	return byte < count ? byte : CT_NO_PARAMETER;
}

static size_t read_program(void *arg, uint64_t addr, void *buf, size_t size)
{
	const struct program *program = arg;
	size_t at = (size_t)(addr - FIRST_ADDR), end = program->size;
	if (addr < FIRST_ADDR || addr - FIRST_ADDR >= end)
		return 0;
	if (at >= program->hole && at < program->hole_end)
		return 0;
	if (at < program->hole && program->hole < program->hole_end &&
	    program->hole < end)
		end = program->hole;
	if (size > end - at)
		size = end - at;
	memcpy(buf, program->bytes + at, size);
	return size;
}

static void make_hole(struct program *program, struct input *in)
{
	program->hole = (size_t)take_byte(in) * 4;
	program->hole_end = program->hole + (take_byte(in) & 0x3f);
}

static void make_memory(struct call *call, struct input *in)
{
	size_t words = take_byte(in) % (WORDS_MAX + 1);
	for (size_t i = 0; i < words; i++) {
		uint64_t word = take_word(in);
		memcpy(call->before.bytes + i * 8, &word, 8);
	}
	call->before.size = words * 8 - (words ? take_byte(in) & 7 : 0);
	make_hole(&call->before, in);
	call->after = call->before;
	for (size_t i = take_byte(in) & 7; i && words; i--)
		call->after.bytes[take_byte(in) * 4 % (words * 8)] =
		    take_byte(in);
	if (take_byte(in) & 1)
		make_hole(&call->after, in);
}

static void make_extent(struct ct_extent_rule *rule, size_t count,
			struct input *in)
{
	uint8_t bits = take_byte(in);
	rule->kind = bits % (CT_EXTENT_TERMINATED + 1);
	if ((bits & 0xc) == 0xc)
		rule->kind = bits & 1 ? CT_EXTENT_PART : CT_EXTENT_BITS;
	rule->by_result = bits & 0x10;
	rule->length_is_pointer = bits & 0x20;
	rule->length = bits & 0x40 ? take_index(in, count) : CT_NO_PARAMETER;
	rule->factor = bits & 0x80 ? take_index(in, count) : CT_NO_PARAMETER;
	rule->fixed = (uint32_t)take_size(in);
}

static void make_rules(struct call *call, size_t count, struct input *in)
{
	for (size_t i = 0; i < count; i++)
		make_extent(&call->extents[i], count, in);
	for (size_t i = 0; i < RULES_MAX; i++) {
		struct ct_plan_choice *choice = &call->choices[i];
		choice->mask = take_byte(in);
		choice->value = take_byte(in) & choice->mask;
		choice->count = take_byte(in) % (CT_TAIL_CHOICE_MAX + 1);
		for (size_t j = 0; j < choice->count; j++)
			choice->classes[j] = take_byte(in) % CT_TAIL_CLASSES;
	}
	call->rules = (struct ct_plan_rules){
	    .extents = call->extents,
	    .outputs = take_byte(in),
	    .tail_rule = take_byte(in) % (CT_PLAN_TAIL_CHOICE + 1),
	    .tail_control = take_byte(in) % PARTS_MAX,
	    .choices = call->choices,
	    .choice_count = RULES_MAX,
	};
}

static void make_call(struct call *call, struct world *world, struct input *in)
{
	size_t count = take_byte(in) % (PARTS_MAX + 1);
	for (size_t i = 0; i < count; i++) {
		struct ct_type *type = take_type(world, in);
		call->parameters[i].name = take_name(in);
		call->parameters[i].type = type ? type : &ct_type_void;
	}
	call->function = (struct ct_type){.kind = CT_TYPE_FUNCTION,
					  .target = take_type(world, in),
					  .part_count = count,
					  .parameters = call->parameters};
	make_rules(call, count, in);
	call->limits.string = (uint32_t)take_size(in) & 0xff;
	call->limits.array = (uint32_t)take_size(in) & 0x3f;
	call->limits.depth = (uint32_t)take_size(in) & 0xf;
	for (size_t i = 0; i < CT_REG_GENERAL_COUNT; i++)
		call->regs.gpr[i] = take_word(in);
	memset(call->regs.xmm, take_byte(in), sizeof(call->regs.xmm));
	memset(call->regs.st, take_byte(in), sizeof(call->regs.st));
	make_memory(call, in);
}

static struct ct_error *compile(struct call *call)
{
	struct ct_call_layout layout;
	struct ct_signature *signature = NULL;
	struct ct_error *err =
	    ct_abi_layout(&call->function, &call->arena, &layout);
	if (!err)
		err = ct_plan_compile(&call->function, &layout, &call->rules,
				      &call->limits, &call->plan);
	if (!err)
		err = ct_signature_create(
		    &call->arena, "lib\"x", "f\n", &call->function,
		    (const void *)call->plan.data, &signature);
	call->signature = signature;
	return err;
}

static const char *name_code(void *arg, uint64_t addr)
{
	(void)arg;
	return addr & 1 ? "a\"\n\xff" : NULL;
}

static struct ct_call_event event_of(const struct call *call,
				     const struct ct_record *record)
{
	return (struct ct_call_event){.record = record,
				      .signature = call->signature,
				      .engine = "breakpoint",
				      .symbolizer = {.name = name_code}};
}

static void encode(const struct call *call, const struct ct_record *entry,
		   const struct ct_record *record)
{
	struct ct_call_event event = event_of(call, record);
	struct ct_buffer out = {0};
	struct ct_error *err = ct_jsonl_call(&event, &out);
	if (!err) {
		const char *end = out.data + out.size;
		if (expect(scan_value(out.data, end), end, "\n") != end)
			wrong("bytes behind the line", out.data, end);
	} else if (out.size) {
		abort();
	}
	ct_error_destroy(err);
	ct_buffer_clear(&out);

	struct ct_text_trace trace;
	struct ct_call_event begin = event_of(call, entry);
	ct_text_trace_init(&trace);
	err = ct_text_begin(&trace, &begin, &out);
	if (!err)
		err = ct_text_end(&trace, &event, &out);
	if (!err)
		check_lines(&out);
	ct_error_destroy(err);
	ct_text_trace_deinit(&trace);
	ct_buffer_deinit(&out);
}

/* The record's view of a value against the memory's. */
static void compare(const struct call *call, const struct ct_value *value,
		    struct ct_memory record, const struct program *program)
{
	struct ct_decoder decoder = {.memory = record,
				     .symbolizer = {.name = name_code},
				     .limits = call->limits};
	struct ct_buffer recorded = {0}, live = {0};
	struct ct_error *err = ct_value_encode_json(&decoder, value, &recorded);
	decoder.memory =
	    (struct ct_memory){read_program, (void *)(uintptr_t)program};
	if (!err)
		err = ct_value_encode_json(&decoder, value, &live);
	if (!err)
		check_view(&recorded, &live);
	ct_error_destroy(err);
	ct_buffer_deinit(&recorded);
	ct_buffer_deinit(&live);
}

/* A plan that has reached its bounds follows what it has room for. */
static bool is_whole(const struct ct_record *record, const struct ct_plan *plan)
{
	return !(record->flags & CT_RECORD_CUT) &&
	       plan->link_count < PLAN_LINKS_FEW;
}

static void compare_entry(const struct call *call,
			  const struct ct_record *record)
{
	struct ct_call_event event = event_of(call, record);
	for (size_t i = 0; i < call->signature->count; i++) {
		struct ct_value value = ct_event_argument(&event, i, false);
		/* What another parameter has captured may be all there is. */
		if (!ct_plan_parameters(call->signature->plan)[i].input)
			continue;
		compare(call, &value, ct_record_entry_memory(record),
			&call->before);
	}
	for (uint32_t i = 0; i < record->tail_count; i++) {
		struct ct_value value =
		    ct_event_tail(&ct_record_tail(record)[i]);
		compare(call, &value, ct_record_entry_memory(record),
			&call->before);
	}
}

static void compare_exit(const struct call *call,
			 const struct ct_record *record)
{
	struct ct_call_event event = event_of(call, record);
	for (size_t i = 0; i < call->signature->count; i++) {
		struct ct_value value = ct_event_argument(&event, i, true);
		if (ct_plan_parameters(call->signature->plan)[i].output)
			compare(call, &value, ct_record_exit_memory(record),
				&call->after);
	}
	if (!(record->flags & CT_RECORD_HAS_RESULT))
		return;
	struct ct_value value = ct_event_result(&event);
	compare(call, &value, ct_record_exit_memory(record), &call->after);
}

/* A record of which some bytes are others, or some are missing. */
static void run_damaged(const struct call *call, const struct ct_record *good,
			struct input *in)
{
	size_t size = good->size;
	if (take_byte(in) & 1)
		size = (size_t)take_size(in) * 8 % (size + 8);
	struct ct_record *bad = malloc(size);
	memcpy(bad, good, size < good->size ? size : good->size);
	for (size_t i = size / 8; i && in->size; i--) {
		size_t at = take_byte(in) + 256u * (take_byte(in) & 3);
		if (at < size)
			((uint8_t *)bad)[at] = take_byte(in);
	}
	struct ct_error *err =
	    ct_record_check(bad, size, call->signature->plan);
	if (!err)
		encode(call, bad, bad);
	ct_error_destroy(err);
	free(bad);
}

static void run(struct call *call, struct input *in)
{
	static _Alignas(8) uint8_t space[2][CT_CAPTURE_SIZE];
	const struct ct_plan *plan = call->signature->plan;
	struct ct_record *entry = (void *)space[0], *record = (void *)space[1];
	struct ct_memory before = {read_program, &call->before};
	struct ct_memory after = {read_program, &call->after};
	*record = (struct ct_record){0};
	ct_capture_entry(plan, &call->regs, &before, CT_CAPTURE_SIZE, record);
	memcpy(entry, record, record->size);
	struct ct_error *err = ct_record_check(entry, entry->size, plan);
	if (err)
		abort();
	if (is_whole(entry, plan))
		compare_entry(call, entry);
	for (size_t i = 0; i < CT_REG_GENERAL_COUNT; i += 3)
		call->regs.gpr[i] = take_word(in);
	ct_capture_exit(plan, &call->regs, &after, CT_CAPTURE_SIZE, record);
	err = ct_record_check(record, record->size, plan);
	if (err)
		abort();
	if (is_whole(record, plan))
		compare_exit(call, record);
	encode(call, entry, record);
	run_damaged(call, record, in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world world;
	static struct call call;
	struct input in = {data, size};
	memset(&call, 0, sizeof(call));
	world_init(&world, &in);
	make_call(&call, &world, &in);
	make_types(&world, &in);
	/* Captures follow pointers of 8 bytes only. */
	for (size_t i = 0; i < world.type_count; i++)
		if (world.types[i].kind == CT_TYPE_POINTER)
			world.types[i].size = 8;
	ct_arena_init(&call.arena);
	struct ct_error *err = compile(&call);
	if (!err)
		run(&call, &in);
	ct_error_destroy(err);
	ct_buffer_deinit(&call.plan);
	ct_arena_deinit(&call.arena);
	return 0;
}
