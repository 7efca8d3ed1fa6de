/* SPDX-License-Identifier: MIT */
/*
 * Places of arguments and results against what the compiler does.
 *
 * For each row of abi_cases.h, compiled code calls abi_probe, which keeps all
 * registers and a copy of the stack; what our layout gathers from those must
 * be the bytes that were passed.  Results the same way: abi_call keeps the
 * registers after the return of a compiled function; and backwards: abi_give
 * returns with the registers we filled, to a compiled caller.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/abi.h"
#include "abi/place.h"
#include "type/model.h"

/* Macros: EACH(m, x, a, b, …) is m(x, a, 2) m(x, b, 1). */
/* clang-format off */
#define E0(m, x)
#define E1(m, x, a) m(x, a, 1)
#define E2(m, x, a, ...) m(x, a, 2) E1(m, x, __VA_ARGS__)
#define E3(m, x, a, ...) m(x, a, 3) E2(m, x, __VA_ARGS__)
#define E4(m, x, a, ...) m(x, a, 4) E3(m, x, __VA_ARGS__)
#define E5(m, x, a, ...) m(x, a, 5) E4(m, x, __VA_ARGS__)
#define E6(m, x, a, ...) m(x, a, 6) E5(m, x, __VA_ARGS__)
#define E7(m, x, a, ...) m(x, a, 7) E6(m, x, __VA_ARGS__)
#define E8(m, x, a, ...) m(x, a, 8) E7(m, x, __VA_ARGS__)
#define E9(m, x, a, ...) m(x, a, 9) E8(m, x, __VA_ARGS__)
#define E10(m, x, a, ...) m(x, a, 10) E9(m, x, __VA_ARGS__)
#define E11(m, x, a, ...) m(x, a, 11) E10(m, x, __VA_ARGS__)
#define E12(m, x, a, ...) m(x, a, 12) E11(m, x, __VA_ARGS__)
#define PICK(a, b, c, d, e, f, g, h, i, j, k, l, m, n, ...) n
/* clang-format on */
#define COUNT(...) \
	PICK(, ##__VA_ARGS__, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define CAT_(a, b)      a##b
#define CAT(a, b)       CAT_(a, b)
#define EACH(m, x, ...) CAT(E, COUNT(__VA_ARGS__))(m, x, ##__VA_ARGS__)
#define DROP_(x, ...)   __VA_ARGS__
#define DROP_COMMA(...) DROP_(__VA_ARGS__)
#define IN_LINE(name)   CAT(name##_, __LINE__)

/* The types in C. */
enum color {
	RED,
	GREEN = 0x7fffffff
};
typedef void t_void;
typedef void *t_ptr;
typedef enum color t_color;
#define MEMBER_F(type, name)           t_##type name;
#define MEMBER_A(type, name, count)    t_##type name[count];
#define MEMBER_Z(type, name)           t_##type name[];
#define MEMBER_B(type, name, bits, at) t_##type name : bits;
#define MEMBER_(kind, ...)             MEMBER_##kind(__VA_ARGS__)
#define MEMBER(x, tuple, n)            MEMBER_ tuple
#define SCALAR(name, type, encoding)   typedef type t_##name;
#define VECTOR(name, type, count) \
	typedef t_##type t_##name \
	    __attribute__((vector_size(count * sizeof(t_##type))));
#define STRUCT(name, align, attribute, ...)         \
	typedef struct __attribute__((attribute)) { \
		EACH(MEMBER, , ##__VA_ARGS__)       \
	} t_##name;
#define UNION(name, align, attribute, ...)         \
	typedef union __attribute__((attribute)) { \
		EACH(MEMBER, , ##__VA_ARGS__)      \
	} t_##name;
#include "abi_cases.h"

/* The same types in our model, as a debug information reader makes them. */
#define type_void ct_type_void
static struct ct_type type_ptr = {
    .kind = CT_TYPE_POINTER, .size = 8, .target = &ct_type_void};
static struct ct_type type_color = {
    .kind = CT_TYPE_ENUM, .size = 4, .name = "color"};
#define ARRAY_OF(type, n, known)                                             \
	&(struct ct_type)                                                    \
	{                                                                    \
		.kind = CT_TYPE_ARRAY, .size = (n) * sizeof(t_##type),       \
		.count = (n), .count_known = (known), .target = &type_##type \
	}
#define MODEL_F(s, type, name) \
	{#name, &type_##type, offsetof(t_##s, name) * 8, 0},
#define MODEL_A(s, type, name, n) \
	{#name, ARRAY_OF(type, n, true), offsetof(t_##s, name) * 8, 0},
#define MODEL_Z(s, type, name) \
	{#name, ARRAY_OF(type, 0, false), offsetof(t_##s, name) * 8, 0},
#define MODEL_B(s, type, name, bits, at) {#name, &type_##type, at, bits},
#define MODEL_KIND(kind, ...)            kind
#define MODEL_REST(kind, ...)            __VA_ARGS__
#define MODEL_IN(kind, s, ...)           CAT(MODEL_, kind)(s, __VA_ARGS__)
#define MODEL(s, t, n)                   MODEL_IN(MODEL_KIND t, s, MODEL_REST t)
#define SCALAR(n, type, e)                 \
	static struct ct_type type_##n = { \
	    .kind = CT_TYPE_BASE,          \
	    .encoding = CT_ENCODING_##e,   \
	    .size = sizeof(t_##n),         \
	    .name = #type,                 \
	};
#define VECTOR(n, type, c)                 \
	static struct ct_type type_##n = { \
	    .kind = CT_TYPE_ARRAY,         \
	    .vector = true,                \
	    .size = sizeof(t_##n),         \
	    .count = c,                    \
	    .count_known = true,           \
	    .target = &type_##type,        \
	};
#define AGGREGATE(k, n, alignment, ...)                 \
	static const struct ct_member members_##n[] = { \
	    EACH(MODEL, n, ##__VA_ARGS__){0}};          \
	static struct ct_type type_##n = {              \
	    .kind = k,                                  \
	    .size = sizeof(t_##n),                      \
	    .align = alignment,                         \
	    .name = #n,                                 \
	    .part_count = COUNT(__VA_ARGS__),           \
	    .members = members_##n,                     \
	};
#define STRUCT(name, align, attribute, ...) \
	AGGREGATE(CT_TYPE_STRUCT, name, align, ##__VA_ARGS__)
#define UNION(name, align, attribute, ...) \
	AGGREGATE(CT_TYPE_UNION, name, align, ##__VA_ARGS__)
#include "abi_cases.h"

enum {
	STACK_COPY = 2048, /* also in the assembler */
	VALUE_MAX = 256,
	VALUES_MAX = 12,
};

/* What the assembler fills and reads; hidden, to be near. */
#define SHARED __attribute__((visibility("hidden"), used))
SHARED struct ct_regs abi_regs;
SHARED uint8_t abi_stack[STACK_COPY];
SHARED uint8_t abi_fx[512] __attribute__((aligned(16)));
SHARED uint64_t abi_give_x87;
extern void abi_probe(void);
extern void abi_call(void (*function)(void), void *memory);
extern void abi_give(void);

/* Volatile: a compiler that knows the callee objects to its type. */
static void (*volatile probe)(void) = abi_probe;
static void (*volatile give)(void) = abi_give;

_Static_assert(offsetof(struct ct_regs, xmm) == 160, "abi_give reads it");
_Static_assert(offsetof(struct ct_regs, st) == 416, "abi_give reads it");

__asm__(".text\n"
	"abi_probe:\n"
	"	mov %rax, abi_regs+0(%rip)\n"
	"	mov %rdx, abi_regs+8(%rip)\n"
	"	mov %rcx, abi_regs+16(%rip)\n"
	"	mov %rsi, abi_regs+32(%rip)\n"
	"	mov %rdi, abi_regs+40(%rip)\n"
	"	mov %rsp, abi_regs+56(%rip)\n"
	"	mov %r8, abi_regs+64(%rip)\n"
	"	mov %r9, abi_regs+72(%rip)\n"
	"	fxsave64 abi_fx(%rip)\n"
	"	mov %rdi, %rax\n"
	"	mov %rsp, %rsi\n"
	"	lea abi_stack(%rip), %rdi\n"
	"	mov $2048/8, %ecx\n"
	"	rep movsq\n"
	"	ret\n"
	"abi_call:\n"
	"	sub $8, %rsp\n"
	"	mov %rdi, %rax\n"
	"	mov %rsi, %rdi\n"
	"	call *%rax\n"
	"	mov %rax, abi_regs+0(%rip)\n"
	"	mov %rdx, abi_regs+8(%rip)\n"
	"	fxsave64 abi_fx(%rip)\n"
	"	fninit\n"
	"	add $8, %rsp\n"
	"	ret\n"
	"abi_give:\n"
	"	mov abi_regs+0(%rip), %rax\n"
	"	mov abi_regs+8(%rip), %rdx\n"
	"	movups abi_regs+160(%rip), %xmm0\n"
	"	movups abi_regs+176(%rip), %xmm1\n"
	"	cmpq $1, abi_give_x87(%rip)\n"
	"	jb 2f\n"
	"	je 1f\n"
	"	fldt abi_regs+432(%rip)\n"
	"1:	fldt abi_regs+416(%rip)\n"
	"2:	ret\n");

/* After the assembler has run: fxsave's area (Intel SDM 1, 10.5.1). */
static void take_fp_regs(void)
{
	memcpy(abi_regs.st, abi_fx + 32, sizeof(abi_regs.st));
	memcpy(abi_regs.xmm, abi_fx + 160, sizeof(abi_regs.xmm));
}

/* The program's memory: the stack as it was, and anything else as it is. */
static size_t read_memory(void *arg, uint64_t addr, void *buf, size_t size)
{
	uint64_t at = addr - abi_regs.gpr[CT_REG_RSP];

	(void)arg;
	if (at < STACK_COPY && size <= STACK_COPY - at)
		memcpy(buf, abi_stack + at, size);
	else
		memcpy(buf, (const void *)(uintptr_t)addr, size);
	return size;
}

static const struct ct_memory memory = {.read = read_memory};

/* What a case passes and returns. */
static uint8_t values[VALUES_MAX][VALUE_MAX] __attribute__((aligned(64)));

#define VALUE(type, i)                                      \
	({                                                  \
		t_##type value_;                            \
		memcpy(&value_, values[i], sizeof(value_)); \
		value_;                                     \
	})

/* Set the bits of mask that mean something: a copy may lose the padding.  A
 * bool in the value becomes one. */
static void find_meaning(struct ct_type *type, uint64_t bit, uint8_t *value,
			 uint8_t *mask)
{
	if (type->kind == CT_TYPE_STRUCT || type->kind == CT_TYPE_UNION) {
		for (size_t i = 0; i < type->part_count; i++) {
			const struct ct_member *member = &type->members[i];
			uint64_t at = bit + member->bit_offset;
			if (!member->bit_size)
				find_meaning(member->type, at, value, mask);
			for (uint64_t b = at; b < at + member->bit_size; b++)
				mask[b / 8] |= (uint8_t)(1 << b % 8);
		}
	} else if (type->kind == CT_TYPE_ARRAY) {
		for (uint64_t i = 0; i < type->count; i++)
			find_meaning(type->target,
				     bit + i * type->target->size * 8, value,
				     mask);
	} else if (type == &type_f80) {
		memset(mask + bit / 8, 0xff, 10);
	} else if (type == &type_c80) {
		memset(mask + bit / 8, 0xff, 10);
		memset(mask + bit / 8 + 16, 0xff, 10);
	} else {
		memset(mask + bit / 8, 0xff, type->size);
		if (type == &type_bool1)
			value[bit / 8] &= 1;
	}
}

/* Bytes that no other place has. */
static void fill_value(struct ct_type *type, size_t index, uint8_t *mask)
{
	static uint32_t state = 1;

	assert_true(type->size <= VALUE_MAX);
	for (size_t i = 0; i < type->size; i++) {
		state = state * 1664525 + 1013904223;
		values[index][i] = (uint8_t)(state >> 24);
	}
	memset(mask, 0, VALUE_MAX);
	find_meaning(type, 0, values[index], mask);
}

static void check_value(const char *text, size_t index, struct ct_type *type,
			const uint8_t *got, const uint8_t *mask)
{
	for (size_t i = 0; i < type->size; i++) {
		if (((got[i] ^ values[index][i]) & mask[i]) == 0)
			continue;
		fail_msg("%s: value %zu, byte %zu: got %02x, not %02x", text,
			 index, i, got[i], values[index][i]);
	}
}

static void expect_success(const char *text, struct ct_error *err)
{
	if (err)
		fail_msg("%s: %s", text, ct_error_message(err));
}

/* Arguments */

struct call_case {
	const char *text;
	void (*call)(void);
	const struct ct_parameter *parameters; /* and the tail */
	size_t fixed, count;
	struct ct_type *result;
};

#define PARAMETER(x, type, n)     {#type, &type_##type},
#define ARGUMENT_TYPE(x, type, n) , t_##type
#define ARGUMENT(total, type, n)  , VALUE(type, total - n)
#define CALL(result, ...)                                                   \
	static void IN_LINE(call)(void)                                     \
	{                                                                   \
		((t_##result(*)(                                            \
		    DROP_COMMA(EACH(ARGUMENT_TYPE, , __VA_ARGS__))))probe)( \
		    DROP_COMMA(                                             \
			EACH(ARGUMENT, COUNT(__VA_ARGS__), __VA_ARGS__)));  \
	}                                                                   \
	static const struct ct_parameter IN_LINE(parameters)[] = {          \
	    EACH(PARAMETER, , __VA_ARGS__)};
#define TAIL(result, first, ...)                                         \
	static void IN_LINE(call)(void)                                  \
	{                                                                \
		((t_##result(*)(t_##first, ...))probe)(                  \
		    DROP_COMMA(EACH(ARGUMENT, COUNT(first, __VA_ARGS__), \
				    first, __VA_ARGS__)));               \
	}                                                                \
	static const struct ct_parameter IN_LINE(parameters)[] = {       \
	    EACH(PARAMETER, , first, __VA_ARGS__)};
#include "abi_cases.h"

#define CALL(result, ...)               \
	{#result " (" #__VA_ARGS__ ")", \
	 IN_LINE(call),                 \
	 IN_LINE(parameters),           \
	 COUNT(__VA_ARGS__),            \
	 COUNT(__VA_ARGS__),            \
	 &type_##result},
#define TAIL(result, ...)                  \
	{#result " (" #__VA_ARGS__ "...)", \
	 IN_LINE(call),                    \
	 IN_LINE(parameters),              \
	 1,                                \
	 COUNT(__VA_ARGS__),               \
	 &type_##result},
static const struct call_case call_cases[] = {
#include "abi_cases.h"
};

static void check_call(const struct call_case *c)
{
	struct ct_type function = {
	    .kind = CT_TYPE_FUNCTION,
	    .target = c->result,
	    .part_count = c->fixed,
	    .parameters = c->parameters,
	    .variadic = c->fixed < c->count,
	};
	uint8_t masks[VALUES_MAX][VALUE_MAX], got[VALUE_MAX];
	struct ct_call_layout layout;
	struct ct_arena arena;

	for (size_t i = 0; i < c->count; i++)
		fill_value(c->parameters[i].type, i, masks[i]);
	c->call();
	take_fp_regs();
	ct_arena_init(&arena);
	expect_success(c->text, ct_abi_layout(&function, &arena, &layout));
	assert_int_equal(layout.count, c->fixed);
	struct ct_abi_tail tail = ct_abi_tail_start(&layout);
	for (size_t i = 0; i < c->count; i++) {
		struct ct_type *type = c->parameters[i].type;
		struct ct_place place;
		if (i < c->fixed)
			place = layout.parameters[i];
		else
			expect_success(c->text,
				       ct_abi_tail_next(&tail, type, &place));
		assert_int_equal(ct_place_gather(&place, &abi_regs, &memory,
						 got, type->size),
				 type->size);
		check_value(c->text, i, type, got, masks[i]);
	}
	ct_arena_deinit(&arena);
}

static void arguments_are_where_the_compiler_passes_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(call_cases) / sizeof(*call_cases); i++)
		check_call(&call_cases[i]);
}

/* Results */

struct result_case {
	const char *text;
	void (*function)(void);
	void (*receive)(void *out);
	struct ct_type *type;
};

#define RESULT(type)                                                    \
	static __attribute__((noinline)) t_##type result_##type(void)   \
	{                                                               \
		return VALUE(type, 0);                                  \
	}                                                               \
	static __attribute__((noinline)) void receive_##type(void *out) \
	{                                                               \
		t_##type got = ((t_##type(*)(void))give)();             \
		memcpy(out, &got, sizeof(got));                         \
	}
#include "abi_cases.h"

#define RESULT(type) \
	{#type, (void (*)(void))result_##type, receive_##type, &type_##type},
static const struct result_case result_cases[] = {
#include "abi_cases.h"
};

static struct ct_place find_result(const struct result_case *c, int *sret_reg)
{
	struct ct_type function = {.kind = CT_TYPE_FUNCTION, .target = c->type};
	struct ct_call_layout layout;
	struct ct_arena arena;

	ct_arena_init(&arena);
	expect_success(c->text, ct_abi_layout(&function, &arena, &layout));
	ct_arena_deinit(&arena);
	*sret_reg = layout.sret_reg;
	return layout.result;
}

static void check_result(const struct result_case *c)
{
	static uint8_t returned[VALUE_MAX] __attribute__((aligned(64)));
	uint8_t mask[VALUE_MAX], got[VALUE_MAX];
	int sret_reg;
	struct ct_place place = find_result(c, &sret_reg);

	fill_value(c->type, 0, mask);
	memset(returned, 0, sizeof(returned));
	abi_call(c->function, returned);
	take_fp_regs();
	assert_int_equal(sret_reg, place.indirect ? CT_REG_RDI : -1);
	if (place.indirect) {
		uint64_t addr = 0;
		ct_place_gather(&place, &abi_regs, NULL, &addr, sizeof(addr));
		assert_ptr_equal((void *)(uintptr_t)addr, returned);
		check_value(c->text, 0, c->type, returned, mask);
		return;
	}
	assert_int_equal(
	    ct_place_gather(&place, &abi_regs, NULL, got, c->type->size),
	    c->type->size);
	check_value(c->text, 0, c->type, got, mask);
}

static void results_are_where_the_compiler_returns_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(result_cases) / sizeof(*result_cases);
	     i++)
		check_result(&result_cases[i]);
}

static void forced_results_arrive_in_compiled_code(void **state)
{
	uint8_t mask[VALUE_MAX], got[VALUE_MAX];
	int sret_reg;

	(void)state;
	for (size_t i = 0; i < sizeof(result_cases) / sizeof(*result_cases);
	     i++) {
		const struct result_case *c = &result_cases[i];
		struct ct_place place = find_result(c, &sret_reg);
		if (place.indirect)
			continue; /* memory is the caller's work */
		fill_value(c->type, 0, mask);
		memset(&abi_regs, 0x55, sizeof(abi_regs));
		assert_true(ct_place_scatter(&place, values[0], c->type->size,
					     &abi_regs));
		abi_give_x87 = ct_place_x87_count(&place);
		c->receive(got);
		check_value(c->text, 0, c->type, got, mask);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(arguments_are_where_the_compiler_passes_them),
	    cmocka_unit_test(results_are_where_the_compiler_returns_them),
	    cmocka_unit_test(forced_results_arrive_in_compiled_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
