/* SPDX-License-Identifier: MIT */
/*
 * What goes into hooked functions and comes out of them: arguments and results
 * of every kind, and all other registers.
 */
#define _GNU_SOURCE
#include <complex.h>
#include <immintrin.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "agent_fixture.h"

static int setup(void **state)
{
	(void)state;
	agent_start((struct ct_agent_options){0});
	return 0;
}

static void unhook(struct ct_patch *patch)
{
	fail_error(ct_patch_remove(&own_access, patch));
}

struct pair {
	double a, b;
};
struct mixed {
	long n;
	double d;
};
struct large {
	long n[5];
};

static const struct ct_member pair_members[] = {{"a", &type_double, 0, 0},
						{"b", &type_double, 64, 0}};
static struct ct_type type_pair = STRUCT(16, pair_members);
static const struct ct_member mixed_members[] = {{"n", &type_long, 0, 0},
						 {"d", &type_double, 64, 0}};
static struct ct_type type_mixed = STRUCT(16, mixed_members);
static struct ct_type type_longs = ARRAY(&type_long, 5, 40);
static const struct ct_member large_members[] = {{"n", &type_longs, 0, 0}};
static struct ct_type type_large = STRUCT(40, large_members);
static struct ct_type type_complex_float =
    BASE("complex float", CT_ENCODING_COMPLEX, 8);
static struct ct_type type_complex_long =
    BASE("complex long double", CT_ENCODING_COMPLEX, 32);

/* One row a result: type name, C type, model, an expression of n. */
#define RESULTS                                                                \
	RESULT(char_, signed char, type_char, (signed char)n)                  \
	RESULT(int_, int, type_int, n)                                         \
	RESULT(long_, long, type_long, n * 1000000000l)                        \
	RESULT(float_, float, type_float, (float)n / 3)                        \
	RESULT(double_, double, type_double, n / 3.0)                          \
	RESULT(ldouble_, long double, type_long_double, n / 3.0l)              \
	RESULT(int128_, __int128, type_int128, (__int128)n << 70 | n)          \
	RESULT(complex_, double complex, type_complex, n + 2.0 * n * I)        \
	RESULT(complexf_, float complex, type_complex_float, n + 2.0f * n * I) \
	RESULT(pair_, struct pair, type_pair, ((struct pair){n, n * 2.5}))     \
	RESULT(mixed_, struct mixed, type_mixed, ((struct mixed){n, n * 2.5})) \
	RESULT(large_, struct large, type_large,                               \
	       ((struct large){{n, n + 1, n + 2, n + 3, n + 4}}))              \
	RESULT(complexl_, long double complex, type_complex_long,              \
	       n + 2.0l * n * I)

#define RESULT(name, type, model, expression) \
	static HOOKED type name(int n)        \
	{                                     \
		return expression;            \
	}
RESULTS
#undef RESULT

static const struct ct_parameter int_parameter[] = {
    {.name = "n", .type = &type_int}};

/* Padding has no value. */
static size_t value_size(const struct ct_type *type)
{
	return type == &type_long_double || type == &type_complex_long
		   ? 10
		   : type->size;
}

#define RESULT(name, type, model, expression)                           \
	static void name##_results(void **state)                        \
	{                                                               \
		struct ct_patch patch;                                  \
		type plain = name(7), other = name(9), seen;            \
		(void)state;                                            \
		const struct ct_plan *plan =                            \
		    agent_plan(&model, int_parameter, 1, NULL);         \
		struct ct_target *target = agent_target(plan);          \
		agent_hook((void *)name, target, plan, CT_HOOK_RETURNS, \
			   &patch);                                     \
		seen = name(7);                                         \
		assert_memory_equal(&seen, &plain, value_size(&model)); \
		agent_drain();                                          \
		assert_int_equal(agent.count, 1);                       \
		assert_memory_equal(ct_record_result(agent.records[0]), \
				    &plain, value_size(&model));        \
		ct_target_add_mock(agent.region, target, 1, &other,     \
				   sizeof(other));                      \
		seen = name(7);                                         \
		assert_memory_equal(&seen, &other, value_size(&model)); \
		agent_drain();                                          \
		assert_int_equal(agent.records[0]->outcome,             \
				 CT_OUTCOME_MOCKED);                    \
		assert_memory_equal(ct_record_result(agent.records[0]), \
				    &other, value_size(&model));        \
		unhook(&patch);                                         \
	}
RESULTS
#undef RESULT

static HOOKED long many(int a, double b, long c, struct large d, int e, float f,
			long g, long h, long i, long j, long double k, char l)
{
	return a + (long)(b * 10) + c + d.n[4] + e + (long)f + g * 2 + h * 3 +
	       i * 5 + j * 7 + (long)(k * 2) + l;
}

static const struct ct_parameter many_parameters[] = {
    {.type = &type_int},   {.type = &type_double},      {.type = &type_long},
    {.type = &type_large}, {.type = &type_int},         {.type = &type_float},
    {.type = &type_long},  {.type = &type_long},        {.type = &type_long},
    {.type = &type_long},  {.type = &type_long_double}, {.type = &type_char}};

static void arguments_on_the_stack_arrive(void **state)
{
	(void)state;
	struct ct_patch patch;
	struct large large = {{1, 2, 3, 4, 500}};
	long plain = many(1, 2.5, 3, large, 4, 5, 6, 7, 8, 9, 10.5l, 'a');
	const struct ct_plan *plan =
	    agent_plan(&type_long, many_parameters, 12, NULL);
	agent_hook((void *)many, agent_target(plan), plan, CT_HOOK_RETURNS,
		   &patch);
	assert_int_equal(many(1, 2.5, 3, large, 4, 5, 6, 7, 8, 9, 10.5l, 'a'),
			 plain);
	agent_drain();
	assert_int_equal(agent.count, 1);
	const struct ct_plan_parameter *parameters = ct_plan_parameters(plan);
	const uint8_t *args = ct_record_args(agent.records[0]);
	assert_memory_equal(args + parameters[3].offset, &large, sizeof(large));
	assert_int_equal(
	    *(const long *)(const void *)(args + parameters[9].offset), 9);
	assert_true(
	    *(const double *)(const void *)(args + parameters[1].offset) ==
	    2.5);
	unhook(&patch);
}

static HOOKED double sum_of(int count, ...)
{
	double sum = 0;
	va_list args;
	va_start(args, count);
	for (int i = 0; i < count; i++) {
		sum += va_arg(args, double);
		sum += (double)va_arg(args, long);
	}
	va_end(args);
	return sum;
}

static void variadic_arguments_arrive(void **state)
{
	(void)state;
	struct ct_patch patch;
	const struct ct_plan *plan =
	    agent_plan(&type_double, int_parameter, 1, NULL);
	struct ct_hook *hook = agent_hook((void *)sum_of, agent_target(plan),
					  plan, CT_HOOK_RETURNS, &patch);
	hook->stack_args = 256;
	assert_true(sum_of(12, 1.0, 2l, 3.0, 4l, 5.0, 6l, 7.0, 8l, 9.0, 10l,
			   11.0, 12l, 13.0, 14l, 15.0, 16l, 17.0, 18l, 19.0,
			   20l, 21.0, 22l, 23.0, 24l) == 300);
	assert_int_equal(agent_drain(), 1);
	unhook(&patch);
}

/* Callers may know more of a function than the ABI says (-fipa-ra): all
 * registers but its results are as they were. */
long call_with_marks(void *function);
asm(".text\n"
    "marked:\n\t.type marked, @function\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n"
    "\tnop\n\txor %eax, %eax\n\tret\n\t.skip 16, 0x90\n"
    "call_with_marks:\n\tpush %rbx\n\tpush %rbp\n\tsub $8, %rsp\n"
    "\tmov %rdi, %r11\n"
    "\tmov $1, %ecx\n\tmov $2, %edx\n\tmov $3, %esi\n\tmov $4, %edi\n"
    "\tmov $5, %r8d\n\tmov $6, %r9d\n\tmov $7, %r10d\n\tmov $8, %ebx\n"
    "\tmov $9, %ebp\n\tmovq %rdx, %xmm1\n\tmovq %rsi, %xmm9\n"
    "\tcall *%r11\n"
    "\tadd %rcx, %rax\n\tadd %rdx, %rax\n\tadd %rsi, %rax\n"
    "\tadd %rdi, %rax\n\tadd %r8, %rax\n\tadd %r9, %rax\n"
    "\tadd %r10, %rax\n\tadd %rbx, %rax\n\tadd %rbp, %rax\n"
    "\tmovq %xmm1, %rcx\n\tadd %rcx, %rax\n"
    "\tmovq %xmm9, %rcx\n\tadd %rcx, %rax\n"
    "\tadd $8, %rsp\n\tpop %rbp\n\tpop %rbx\n\tret\n");
extern const char marked[];

static void registers_are_kept(void **state)
{
	(void)state;
	struct ct_patch patch;
	assert_int_equal(call_with_marks((void *)(uintptr_t)marked), 50);
	const struct ct_plan *plan =
	    agent_plan(&type_int, int_parameter, 1, NULL);
	agent_hook((void *)(uintptr_t)marked, agent_target(plan), plan,
		   CT_HOOK_RETURNS, &patch);
	assert_int_equal(call_with_marks((void *)(uintptr_t)marked), 50);
	assert_int_equal(agent_drain(), 1);
	unhook(&patch);
}

/* ---- vector registers: what is in all of them goes in and comes out */

#define WIDE __attribute__((target("avx")))
static HOOKED WIDE __m256d widen(__m256d a, __m256d b)
{
	return _mm256_add_pd(a, _mm256_add_pd(b, b));
}

static WIDE void wide_arguments_and_results(void)
{
	struct ct_patch patch;
	const __m256d a = _mm256_set_pd(1, 2, 3, 4);
	const __m256d b = _mm256_set_pd(50, 60, 70, 80);
	const double expected[] = {164, 143, 122, 101};
	double seen_values[4];
	/* Of such arguments the plan knows nothing; they pass. */
	const struct ct_plan *plan = agent_plan(&type_double, NULL, 0, NULL);
	agent_hook((void *)widen, agent_target(plan), plan, CT_HOOK_RETURNS,
		   &patch);
	for (int i = 0; i < 3; i++) {
		_mm256_storeu_pd(seen_values, widen(a, b));
		assert_memory_equal(seen_values, expected, sizeof(expected));
	}
	assert_int_equal(agent_drain(), 3);
	unhook(&patch);
}

static void vector_registers_pass(void **state)
{
	(void)state;
	agent_drain();
	/* clang goes by the options, not by the function's target: without
	 * -mavx it has them in memory. */
#ifdef __clang__
	bool in_registers = false;
#else
	bool in_registers = __builtin_cpu_supports("avx");
#endif
	if (in_registers)
		wide_arguments_and_results();
	else
		skip();
}

#define RESULT(name, type, model, expression) cmocka_unit_test(name##_results),

int main(void)
{
	const struct CMUnitTest tests[] = {
	    RESULTS cmocka_unit_test(arguments_on_the_stack_arrive),
	    cmocka_unit_test(variadic_arguments_arrive),
	    cmocka_unit_test(registers_are_kept),
	    cmocka_unit_test(vector_registers_pass),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
